import ipaddr from "ipaddr.js";

type Network = readonly [address: ipaddr.IPv4 | ipaddr.IPv6, bits: number];

/**
 * A function that says whether an address is in one of the networks, given in CIDR notation or as bare addresses.
 * IPv4-mapped IPv6, of addresses and of networks, means IPv4. What is no address in its usual form is in none: neither
 * "010.0.0.1", which some readers take for octal, nor "1".
 */
export function createNetworkTest(networks: readonly string[]): (ip: string) => boolean {
  if (networks.length === 0) return () => false;
  const parsed = networks.map(parseNetwork);
  return (ip) => {
    if (!isAddress(ip)) return false;
    const address = ipaddr.process(ip);
    return parsed.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
  };
}

/** `ipaddr.js` takes octal and hex for the IPv4 part of an IPv6 address, too. */
function isAddress(ip: string): boolean {
  if (!ip.includes(".")) return ipaddr.IPv6.isValid(ip);
  const ipv4 = ip.slice(ip.lastIndexOf(":") + 1);
  return ipaddr.IPv4.isValidFourPartDecimal(ipv4) && (ipv4 === ip || ipaddr.IPv6.isValid(ip));
}

function parseNetwork(text: string): Network {
  const [address, bits] = text.includes("/") ? ipaddr.parseCIDR(text) : bareAddress(text);
  const mapped = address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= 96;
  return mapped ? [address.toIPv4Address(), bits - 96] : [address, bits];
}

function bareAddress(text: string): Network {
  const address = ipaddr.parse(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}
