import type { EndpointId } from "../balancing/algorithm.ts";
import type { Millis } from "../shared/clock.ts";
import { type Eligibility, isUsable } from "./eligibility.ts";
import type { LiveEndpoint } from "./live-endpoint.ts";
import { type CandidateSet, candidateSet, type Choice } from "./selection.ts";
import { splitByZone } from "./zones.ts";

type Live = LiveEndpoint<unknown>;

/** What may be picked, and what is set in front of the algorithm, from what is known of the endpoints. */
export function choiceOf(
  members: readonly Live[],
  { mode, eligible }: Eligibility<Live>,
  { zone, spec }: { readonly zone?: string | undefined; readonly spec: { readonly slowStart: Millis } },
): Choice {
  const backup = mode === "backup";
  // In panic nobody knows how many are well: traffic stays spread.
  const pool = members.filter((endpoint) => isUsable(endpoint) && endpoint.spec.backup === backup);
  const zones = mode === "panic" ? undefined : splitByZone(pool, eligible, zone);
  return {
    ...setOf(eligible),
    zones: zones && { local: setOf(zones.local), remote: setOf(zones.remote), localShare: zones.localShare },
    warming: warmingOf(eligible),
    slowStart: spec.slowStart,
  };
}

function setOf(endpoints: readonly Live[]): CandidateSet {
  return candidateSet(endpoints.map(({ candidate }) => candidate));
}

/** Where all of them start slowly, none needs to be spared for the others. */
function warmingOf(eligible: readonly Live[]): ReadonlyMap<EndpointId, Millis> | undefined {
  const warming = eligible.filter(({ warmSince }) => warmSince > 0);
  if (warming.length === 0 || warming.length === eligible.length) return undefined;
  return new Map(warming.map(({ id, warmSince }) => [id, warmSince]));
}
