import ipaddr from "ipaddr.js";
import { crc32c } from "./crc32c.ts";
import { INCOMPLETE_HEADER, malformedHeader, type ProxyAddresses, type ProxyDecoding } from "./proxy-addresses.ts";

/**
 * The format has room for 64 KiB. What proxies add to the addresses (names, a certificate's subject, ids of theirs) is a
 * few hundred octets; nginx, too, takes no more than this.
 */
export const MAX_V2_LENGTH = 4096;

export const V2_SIGNATURE = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");

/** Signature, version and command, family and transport, length. */
const FIXED = 16;
const [LOCAL, PROXY] = [0, 1];
const [UNSPEC, INET, INET6, UNIX] = [0, 1, 2, 3];
/** Octets of both addresses and ports, by family. */
const ADDRESS_OCTETS: readonly number[] = [0, 12, 36, 216];
const DATAGRAM = 2;
const [TYPE_CRC32C, TYPE_SSL] = [0x03, 0x20];
/** In the first octet of PP2_TYPE_SSL: the client came by TLS. */
const CLIENT_SSL = 0x01;

/** Reads a header of version 2, whose first octets are known to be `V2_SIGNATURE`, as far as there are any. */
export function decodeV2(bytes: Buffer): ProxyDecoding {
  if (bytes.length <= V2_SIGNATURE.length) return INCOMPLETE_HEADER;
  const version = (bytes[12] as number) >> 4;
  const command = (bytes[12] as number) & 0x0f;
  if (version !== 2) return malformedHeader(`version ${version} in the form of version 2`);
  if (command !== LOCAL && command !== PROXY) return malformedHeader(`an unknown command (${command})`);
  if (bytes.length < FIXED) return INCOMPLETE_HEADER;
  const length = FIXED + bytes.readUInt16BE(14);
  if (length > MAX_V2_LENGTH) return malformedHeader(`more than ${MAX_V2_LENGTH} octets`);
  // Of the proxy's own connections, all the rest is to be ignored.
  if (command === LOCAL) {
    return bytes.length < length
      ? INCOMPLETE_HEADER
      : { state: "complete", length, addresses: undefined, clientTls: false };
  }
  const family = (bytes[13] as number) >> 4;
  const transport = (bytes[13] as number) & 0x0f;
  if (family > UNIX || transport > DATAGRAM) return malformedHeader("an unknown family or transport");
  const additions = FIXED + (ADDRESS_OCTETS[family] as number);
  if (length < additions) return malformedHeader("a length that has no room for its addresses");
  if (bytes.length < length) return INCOMPLETE_HEADER;
  const header = bytes.subarray(0, length);
  const read = readAdditions(header, additions);
  if (typeof read === "string") return malformedHeader(read);
  const addresses = transport === UNSPEC ? undefined : readAddresses(header, family);
  return { state: "complete", length, addresses, clientTls: read.clientTls };
}

/** Names of Unix sockets say nothing of where a client is. */
function readAddresses(header: Buffer, family: number): ProxyAddresses | undefined {
  if (family !== INET && family !== INET6) return undefined;
  const octets = family === INET ? 4 : 16;
  const ports = FIXED + 2 * octets;
  return {
    sourceIp: addressAt(header, FIXED, octets),
    sourcePort: header.readUInt16BE(ports),
    destinationIp: addressAt(header, FIXED + octets, octets),
    destinationPort: header.readUInt16BE(ports + 2),
  };
}

function addressAt(header: Buffer, at: number, octets: number): string {
  return ipaddr.process(ipaddr.fromByteArray([...header.subarray(at, at + octets)]).toString()).toString();
}

/** Type, length, value, one behind the other. Those that are not known are skipped; a wrong checksum is a fault. */
function readAdditions(header: Buffer, from: number): { clientTls: boolean } | string {
  let clientTls = false;
  let at = from;
  while (at < header.length) {
    if (at + 3 > header.length) return "an addition that is cut short";
    const type = header[at];
    const value = at + 3;
    at = value + header.readUInt16BE(at + 1);
    if (at > header.length) return "an addition that is cut short";
    if (type === TYPE_SSL && at > value) clientTls = ((header[value] as number) & CLIENT_SSL) !== 0;
    else if (type === TYPE_CRC32C) {
      if (at - value !== 4 || header.readUInt32BE(value) !== crc32c(header, value)) return "a wrong checksum";
    }
  }
  return { clientTls };
}
