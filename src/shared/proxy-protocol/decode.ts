import { decodeV1, V1_PREFIX } from "./decode-v1.ts";
import { decodeV2, V2_SIGNATURE } from "./decode-v2.ts";
import { INCOMPLETE_HEADER, malformedHeader, type ProxyDecoding } from "./proxy-addresses.ts";

/**
 * Reads a PROXY protocol header, version 1 or 2, off the beginning of a connection (HAProxy's doc/proxy-protocol.txt).
 * Strict: what deviates is told at the first octet that does, as far as it can be.
 *
 * Addresses of streams and of datagrams are taken alike. A header that names no IP address (UNKNOWN, LOCAL, UNSPEC, Unix
 * sockets) is complete, without addresses.
 *
 * @param bytes all that has come so far; call again with more while it is incomplete (never beyond 4,096 octets)
 */
export function decodeProxyHeader(bytes: Buffer): ProxyDecoding {
  if (bytes.length === 0) return INCOMPLETE_HEADER;
  if (beginsAs(bytes, V1_PREFIX)) return bytes.length < V1_PREFIX.length ? INCOMPLETE_HEADER : decodeV1(bytes);
  if (beginsAs(bytes, V2_SIGNATURE)) return decodeV2(bytes);
  return malformedHeader("something else in its place");
}

/** As far as either of them goes. */
function beginsAs(bytes: Buffer, beginning: Buffer): boolean {
  const length = Math.min(bytes.length, beginning.length);
  return bytes.compare(beginning, 0, length, 0, length) === 0;
}
