import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

type Network = readonly [address: ipaddr.IPv4 | ipaddr.IPv6, bits: number];

/** A function that says whether an address is in one of the networks (CIDR notation, or bare addresses). */
export function createTrust(networks: readonly string[]): (ip: string) => boolean {
  if (networks.length === 0) return () => false;
  const parsed = networks.map(parseNetwork);
  return (ip) => {
    // ipaddr.js takes more for an address than that: "010.0.0.1" in octal, "1".
    if (isIP(ip) === 0) return false;
    const address = ipaddr.process(ip);
    return parsed.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
  };
}

/** IPv4-mapped networks are IPv4 ones, as mapped addresses are. */
function parseNetwork(text: string): Network {
  const [address, bits] = text.includes("/") ? ipaddr.parseCIDR(text) : bareAddress(text);
  const mapped = address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= 96;
  return mapped ? [address.toIPv4Address(), bits - 96] : [address, bits];
}

function bareAddress(text: string): Network {
  const address = ipaddr.parse(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}
