import { V2_SIGNATURE } from "../../../src/shared/proxy-protocol/decode-v2.ts";
import type { ProxyAddresses } from "../../../src/shared/proxy-protocol/proxy-addresses.ts";

export const CLIENT: ProxyAddresses = {
  sourceIp: "203.0.113.7",
  sourcePort: 40_000,
  destinationIp: "198.51.100.1",
  destinationPort: 443,
};

/** A header of version 1 with this behind "PROXY ". */
export function v1(line: string): Buffer {
  return Buffer.from(`PROXY ${line}\r\n`, "latin1");
}

/** A header of version 2 with these octets 13 and 14, and this behind its length. */
export function v2(command: number, family: number, block: readonly number[]): Buffer {
  return Buffer.from([...V2_SIGNATURE, command, family, block.length >> 8, block.length & 0xff, ...block]);
}
