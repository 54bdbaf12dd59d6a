import ipaddr from "ipaddr.js";

/** A function that says whether an address is in one of the networks (CIDR notation, or bare addresses). */
export function createTrust(networks: readonly string[]): (ip: string) => boolean {
  if (networks.length === 0) return () => false;
  const parsed = networks.map(parseNetwork);
  return (ip) => {
    if (!ipaddr.isValid(ip)) return false;
    const address = ipaddr.process(ip);
    return parsed.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
  };
}

function parseNetwork(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  if (text.includes("/")) return ipaddr.parseCIDR(text);
  const address = ipaddr.parse(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}
