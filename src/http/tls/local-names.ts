import { isIP } from "node:net";
import { hostMatches } from "../../routing/host-index.ts";
import type { HostPattern } from "../../routing/match-spec.ts";

/** Top-level names that never lead off this machine or the developer's own network (RFC 6761 sections 6.2 and 6.3). */
export const LOCAL_DOMAINS = ["localhost", "test"] as const;

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * Whether the local CA may vouch for `name`, a host name in lower case or an address without brackets: `localhost`,
 * `test`, names below them, and loopback addresses. The CA's name constraints say the same, and bind where this is wrong.
 */
export function isLocalName(name: string): boolean {
  const version = isIP(name);
  if (version !== 0) return version === 4 ? name.startsWith("127.") : name === "::1";
  return isDnsName(name) && LOCAL_DOMAINS.some((domain) => name === domain || name.endsWith(`.${domain}`));
}

/** Whether every name that a host pattern means is a local one. */
export function isLocalPattern(pattern: HostPattern): boolean {
  if (pattern.kind === "suffix") return isLocalName(pattern.suffix.slice(1));
  return isLocalName(withoutBrackets(pattern.name));
}

/**
 * The names that certificates are made for on demand: `localhost` and names below it, and of the other local names those
 * that the config's routes name.
 */
export function createNameTest(patterns: readonly HostPattern[]): (name: string) => boolean {
  return (name) => {
    if (!isLocalName(name)) return false;
    return name === "localhost" || name.endsWith(".localhost") || patterns.some((one) => hostMatches(one, name));
  };
}

/** The loopback addresses among the config's hosts; of IPv6 without the brackets. */
export function localAddresses(patterns: readonly HostPattern[]): string[] {
  return patterns
    .flatMap((pattern) => (pattern.kind === "exact" ? [withoutBrackets(pattern.name)] : []))
    .filter((name) => isIP(name) !== 0 && isLocalName(name));
}

function withoutBrackets(host: string): string {
  return host.startsWith("[") ? host.slice(1, -1) : host;
}

function isDnsName(name: string): boolean {
  return name.length <= 253 && name.split(".").every((label) => LABEL.test(label));
}
