/**
 * The order in which policies see a request, whatever order they are written in; responses pass in reverse.
 *
 * `rateLimit` has two places: limits by address, header, route, service or all of them come before anybody is
 * authenticated, which is costly; limits by consumer or claim need to know who it is.
 */
export const POLICY_ORDER = [
  "ipFilter",
  "cors",
  "compress",
  "rateLimit",
  "authenticate",
  "authorize",
  "rateLimit:identity",
  "concurrency",
  "validate",
  "transform",
  "cache",
  "fault",
] as const;

/** One place in the order. */
export type PolicySlot = (typeof POLICY_ORDER)[number];

/** A policy's name as in the config. */
export type PolicyName = Exclude<PolicySlot, "rateLimit:identity">;

/** The policy that has this place. */
export function policyOf(slot: PolicySlot): PolicyName {
  return slot === "rateLimit:identity" ? "rateLimit" : slot;
}
