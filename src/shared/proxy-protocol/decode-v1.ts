import { isIPv4, isIPv6 } from "node:net";
import ipaddr from "ipaddr.js";
import { INCOMPLETE_HEADER, malformedHeader, type ProxyAddresses, type ProxyDecoding } from "./proxy-addresses.ts";

/** With its CRLF (proxy-protocol.txt section 2.1). */
export const MAX_V1_LENGTH = 107;

export const V1_PREFIX = Buffer.from("PROXY ", "latin1");

/** Decimal without leading zeros, which could be taken for octal. */
const TCP = /^(TCP4|TCP6) ([0-9.]+|[0-9A-Fa-f:.]+) ([0-9.]+|[0-9A-Fa-f:.]+) (0|[1-9]\d{0,4}) (0|[1-9]\d{0,4})$/;

/** Reads a header of version 1, whose first octets are known to be `V1_PREFIX`, as far as there are any. */
export function decodeV1(bytes: Buffer): ProxyDecoding {
  const text = bytes.toString("latin1", V1_PREFIX.length, MAX_V1_LENGTH);
  const whole = bytes.length >= MAX_V1_LENGTH;
  const end = text.search(/[\r\n]/);
  if (end < 0 || (end + 1 === text.length && text[end] === "\r")) {
    return whole ? malformedHeader(`more than ${MAX_V1_LENGTH} octets`) : INCOMPLETE_HEADER;
  }
  if (text[end] === "\n" || text[end + 1] !== "\n") return malformedHeader("a line that does not end in CRLF");
  return readLine(text.slice(0, end), V1_PREFIX.length + end + 2);
}

function readLine(line: string, length: number): ProxyDecoding {
  // Whatever else stands in such a line is to be ignored.
  if (line === "UNKNOWN" || line.startsWith("UNKNOWN ")) {
    return { state: "complete", length, addresses: undefined, clientTls: false };
  }
  const addresses = readAddresses(line);
  if (addresses === undefined) return malformedHeader("a line that is not TCP4 or TCP6, two addresses and two ports");
  return { state: "complete", length, addresses, clientTls: false };
}

function readAddresses(line: string): ProxyAddresses | undefined {
  const [, family = "", source = "", destination = "", ...ports] = TCP.exec(line) ?? [];
  const isOfFamily = family === "TCP4" ? isIPv4 : isIPv6;
  const [sourcePort = Number.NaN, destinationPort = Number.NaN] = ports.map(Number);
  if (!isOfFamily(source) || !isOfFamily(destination)) return undefined;
  if (!(sourcePort <= 65535 && destinationPort <= 65535)) return undefined;
  return { sourceIp: usual(source), sourcePort, destinationIp: usual(destination), destinationPort };
}

/** One address is written in one way, so that it can be counted and compared. */
function usual(address: string): string {
  return ipaddr.process(address).toString();
}
