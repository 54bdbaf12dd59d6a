import type { LookupFunction } from "node:net";

const LOOPBACK = [
  { address: "127.0.0.1", family: 4 },
  { address: "::1", family: 6 },
];

const lookup: LookupFunction = (_host, options, callback) => {
  const family = options.family === "IPv6" ? 6 : options.family === "IPv4" ? 4 : options.family;
  const found = family === 4 || family === 6 ? LOOPBACK.filter((one) => one.family === family) : LOOPBACK;
  if (options.all === true) callback(null, found);
  else callback(null, found[0]!.address, found[0]!.family);
};

/** True for names and addresses that never leave this machine (RFC 6761 section 6.3 for names). */
export function isLoopbackHost(host: string): boolean {
  return isLocalhostName(host) || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/**
 * What to connect with. `localhost` means both 127.0.0.1 and ::1, tried in turn, whatever the resolver says: a dev
 * server listens on one of the two, and which one differs by framework and by operating system.
 */
export function familyOptions(host: string): { autoSelectFamily: true; lookup?: LookupFunction } {
  return isLocalhostName(host) ? { autoSelectFamily: true, lookup } : { autoSelectFamily: true };
}

function isLocalhostName(host: string): boolean {
  return /^(?:.+\.)?localhost\.?$/i.test(host);
}
