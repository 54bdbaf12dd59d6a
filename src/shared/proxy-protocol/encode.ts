import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { V1_PREFIX } from "./decode-v1.ts";
import { V2_SIGNATURE } from "./decode-v2.ts";
import type { ProxyAddresses } from "./proxy-addresses.ts";

const [LOCAL, PROXY] = [0x20, 0x21];
const [UNSPEC, TCP4, TCP6] = [0x00, 0x11, 0x21];

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * The header that goes in front of a connection to an endpoint that expects one (HAProxy's doc/proxy-protocol.txt).
 *
 * Where one address is IPv4 and the other IPv6, both go as IPv6, the first one mapped (`::ffff:…`).
 *
 * @param addresses the client's, and those it connected to; `undefined` for connections that the gateway makes for
 *   itself, as health checks. Addresses that are none (of a socket that has closed) are left out as well: a client that
 *   is not named (PROXY, AF_UNSPEC) is refused by HAProxy
 */
export function proxyHeader(version: 1 | 2, addresses: ProxyAddresses | undefined): Buffer {
  const source = addresses && parse(addresses.sourceIp);
  const destination = addresses && parse(addresses.destinationIp);
  if (addresses === undefined || source === undefined || destination === undefined) {
    return version === 1 ? line("UNKNOWN") : binary(LOCAL, UNSPEC, Buffer.alloc(0));
  }
  const inet = source.kind() === "ipv4" && destination.kind() === "ipv4";
  const [from, to] = inet ? [source, destination] : [toIpv6(source), toIpv6(destination)];
  const { sourcePort, destinationPort } = addresses;
  if (version === 1)
    return line(`${inet ? "TCP4" : "TCP6"} ${text(from)} ${text(to)} ${sourcePort} ${destinationPort}`);
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(sourcePort, 0);
  ports.writeUInt16BE(destinationPort, 2);
  return binary(PROXY, inet ? TCP4 : TCP6, Buffer.from([...from.toByteArray(), ...to.toByteArray(), ...ports]));
}

/** Sockets name link-local addresses with their zone, which means nothing elsewhere. */
function parse(ip: string): Address | undefined {
  const address = ip.replace(/%.*$/s, "");
  return isIP(address) === 0 ? undefined : ipaddr.parse(address);
}

function toIpv6(address: Address): ipaddr.IPv6 {
  return address instanceof ipaddr.IPv4 ? address.toIPv4MappedAddress() : address;
}

/** In groups of hexadecimal digits alone, mapped ones too: version 1 knows no other form. */
function text(address: Address): string {
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
}

function line(rest: string): Buffer {
  return Buffer.concat([V1_PREFIX, Buffer.from(`${rest}\r\n`, "latin1")]);
}

function binary(command: number, family: number, block: Buffer): Buffer {
  const fixed = Buffer.from([command, family, block.length >> 8, block.length & 0xff]);
  return Buffer.concat([V2_SIGNATURE, fixed, block]);
}
