import type { Health, UnhealthyCause } from "./health/state.ts";

/** What eligibility depends on; a live endpoint has these fields. */
export interface EligibilityFacts {
  readonly draining: boolean;
  readonly health: Health;
  readonly cause: UnhealthyCause | undefined;
  readonly candidate: { readonly weight: number };
  readonly spec: { readonly backup: boolean };
  /** Until when real traffic's errors keep it aside; 0 if they do not. */
  readonly ejection: { readonly ejectedUntil: number; readonly ejectedBecause: string };
}

/**
 * Why the eligible endpoints are the eligible ones:
 * - `normal`: enough are healthy; the healthy ones are used;
 * - `backup`: no endpoint that is not a backup is healthy, and a backup is;
 * - `panic`: too few are healthy to believe it; health is ignored;
 * - `none`: nothing may be used.
 */
export type EligibilityMode = "normal" | "backup" | "panic" | "none";

export interface Eligibility<E> {
  readonly mode: EligibilityMode;
  /** In the order given. */
  readonly eligible: readonly E[];
}

/**
 * Which endpoints may be picked. Drained endpoints and those of weight 0 never are; of the rest:
 *
 * 1. A service's only endpoint is always tried, so that errors are real and recovery is instant (nginx ignores
 *    `max_fails` for a group of one). Only failed active checks with `panicThreshold: 0` keep it out.
 * 2. If no primary is healthy, healthy backups are used (HAProxy `backup`; Envoy's next priority): a known-good
 *    standby comes before a guess, so this goes before panic.
 * 3. If strictly fewer primaries are healthy and not ejected than `panicThreshold` of them, both are ignored and every primary is
 *    used (Envoy). The ratio counts primaries only: at 50 %, 1 of 2 is normal, 1 of 3 and 0 of 2 are panic.
 *    With no primary at all, the same goes for the backups.
 * 4. Otherwise the healthy primaries are used.
 *
 * In panic a *retry* still prefers endpoints not known to be bad; see `ServiceUpstream.acquire`.
 *
 * @param panicThreshold a fraction; 0 switches panic off
 */
export function chooseEligible<E extends EligibilityFacts>(
  endpoints: readonly E[],
  panicThreshold: number,
): Eligibility<E> {
  const usable = endpoints.filter(isUsable);
  const primaries = usable.filter((endpoint) => !endpoint.spec.backup);
  const healthy = primaries.filter(isWell);
  if (usable.length === 1) return soleEligibility(usable, panicThreshold);
  if (healthy.length === 0) {
    const standby = usable.filter((endpoint) => endpoint.spec.backup && isWell(endpoint));
    if (standby.length > 0) return { mode: "backup", eligible: standby };
  }
  const ratio = primaries.length === 0 ? 0 : healthy.length / primaries.length;
  if (ratio < panicThreshold) {
    const all = primaries.length === 0 ? usable : primaries;
    return { mode: all.length === 0 ? "none" : "panic", eligible: all };
  }
  return { mode: healthy.length === 0 ? "none" : "normal", eligible: healthy };
}

function soleEligibility<E extends EligibilityFacts>(usable: readonly E[], panicThreshold: number): Eligibility<E> {
  const sole = usable[0]!;
  if (isWell(sole)) return { mode: sole.spec.backup ? "backup" : "normal", eligible: usable };
  if (sole.cause === "check" && panicThreshold === 0) return { mode: "none", eligible: [] };
  return { mode: "panic", eligible: usable };
}

/** True if the user lets the endpoint have new exchanges at all. */
export function isUsable(endpoint: EligibilityFacts): boolean {
  return !endpoint.draining && endpoint.candidate.weight > 0;
}

/** Is nothing known against it? */
export function isWell(endpoint: EligibilityFacts): boolean {
  return endpoint.health !== "unhealthy" && endpoint.ejection.ejectedUntil === 0;
}

function badBecause(endpoint: EligibilityFacts & { readonly reason: string | undefined }): string | undefined {
  if (endpoint.health === "unhealthy") return `unhealthy: ${endpoint.reason ?? "reason not known"}`;
  return endpoint.ejection.ejectedUntil > 0 ? `ejected: ${endpoint.ejection.ejectedBecause}` : undefined;
}

/** Why an endpoint is, or is not, among the eligible ones, in a short phrase. */
export function eligibilityReason(
  endpoint: EligibilityFacts & { readonly reason: string | undefined },
  mode: EligibilityMode,
  eligible: boolean,
): string {
  const { draining, health, spec, candidate } = endpoint;
  if (draining) return "drained";
  if (!(candidate.weight > 0)) return "weight 0";
  const unhealthy = badBecause(endpoint);
  if (eligible) {
    if (unhealthy !== undefined) return `${unhealthy}; used all the same, too few are healthy`;
    return mode === "backup" ? "backup in use: no other endpoint is healthy" : health;
  }
  if (unhealthy !== undefined) return unhealthy;
  return spec.backup ? "backup: used only when no other endpoint can be" : "not eligible";
}
