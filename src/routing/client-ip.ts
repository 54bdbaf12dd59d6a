import ipaddr from "ipaddr.js";
import type { Predicate } from "./predicate.ts";

type Network = readonly [address: ipaddr.IPv4 | ipaddr.IPv6, bits: number];

/**
 * The condition that the client's address is in one of the networks, given in CIDR notation. Networks of IPv4-mapped IPv6
 * addresses mean the IPv4 ones, as the client's address is written.
 */
export function createClientIpPredicate(networks: readonly string[]): Predicate {
  const parsed = networks.map(parseNetwork);
  return {
    holds: ({ clientIp }) => contains(parsed, clientIp),
    reason: ({ clientIp }) =>
      `client address ${clientIp === "" ? "(none)" : clientIp} is not in ${networks.join(", ")}`,
  };
}

function contains(networks: readonly Network[], text: string): boolean {
  if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text)) return false;
  const address = ipaddr.process(text);
  return networks.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
}

function parseNetwork(text: string): Network {
  const [address, bits] = ipaddr.parseCIDR(text);
  if (address.kind() === "ipv6" && bits >= 96) {
    const ipv6 = address as ipaddr.IPv6;
    if (ipv6.isIPv4MappedAddress()) return [ipv6.toIPv4Address(), bits - 96];
  }
  return [address, bits];
}
