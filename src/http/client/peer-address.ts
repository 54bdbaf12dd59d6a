/** "::ffff:127.0.0.1" is 127.0.0.1. */
export function plainAddress(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
}

/** Is it an address of this machine alone? */
export function isLoopback(ip: string): boolean {
  return ip.startsWith("127.") || ip === "::1";
}
