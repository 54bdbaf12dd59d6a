import { z } from "zod";
import type { Candidate, EndpointId, Member, PickRequest } from "./algorithm.ts";
import { defineAlgorithm } from "./algorithm.ts";
import { firstEligible, honouredExclude, isEligible } from "./lib/eligibility.ts";
import { avalanche, hashKey } from "./lib/hash.ts";
import type { Roster } from "./lib/roster.ts";
import { rosterOf, sameRoster } from "./lib/roster.ts";
import { explainWalk } from "./lib/walk.ts";

/** Weights laid end to end: endpoint i owns the stretch from `ends[i - 1]` to `ends[i]`. */
interface State extends Roster {
  ends: Float64Array;
}

/** How often an ineligible result is hashed again before the search turns linear (as in nginx). */
const REHASHES = 20;

/** The client's address decides, by its plain hash. */
export const ipHash = defineAlgorithm<State, Record<string, never>>({
  name: "ip-hash",
  docs: {
    summary: "The hash of the client's IP address decides, in proportion to weight.",
    whenToUse:
      "Clients should stay where they are and endpoints seldom change; one joining or leaving the config moves up to " +
      "half of the clients (consistent-hash moves one share).",
    cost: "O(log n), and one step for each ineligible endpoint met",
    source: "nginx `ip_hash`",
  },
  options: z.strictObject({}),
  signals: ["key"],
  weights: "used",
  init: (members) => build(rosterOf(members)),
  update(state, members: readonly Member[]) {
    const roster = rosterOf(members);
    if (!sameRoster(state, roster)) Object.assign(state, build(roster));
  },
  pick(state, request, _env, trace) {
    const exclude = honouredExclude(request);
    const picked = search(state, request, exclude)?.id ?? firstEligible(request.candidates, exclude);
    if (trace !== undefined && picked !== undefined) {
      explainWalk(trace, request, exclude, preference(state, hashKey(request.key)), picked);
    }
    return picked;
  },
});

function build(roster: Roster): State {
  let end = 0;
  return { ...roster, ends: Float64Array.from(roster.weights, (weight) => (end += weight)) };
}

/** The endpoint whose stretch the hash points into. */
function slotOf(state: State, hash: number): number {
  const { ends } = state;
  const point = (hash / 4294967296) * ends[ends.length - 1]!;
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ends[middle]! <= point) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The hash of the next attempt: as good as independent of the last, so that a lost endpoint's keys spread out. */
function rehash(hash: number): number {
  return avalanche((hash + 0x9e3779b9) | 0);
}

function search(state: State, request: PickRequest, exclude: readonly EndpointId[] | undefined): Candidate | undefined {
  const { ids } = state;
  if (ids.length === 0) return undefined;
  let hash = hashKey(request.key);
  let slot = slotOf(state, hash);
  for (let step = 0; step < REHASHES + ids.length; step++) {
    const candidate = request.byId.get(ids[slot]!);
    if (candidate !== undefined && isEligible(candidate, exclude)) return candidate;
    if (step < REHASHES) {
      hash = rehash(hash);
      slot = slotOf(state, hash);
    } else slot = slot + 1 === ids.length ? 0 : slot + 1;
  }
  return undefined;
}

/** The distinct endpoints in the order in which a search meets them. */
function preference(state: State, keyHash: number): EndpointId[] {
  const { ids } = state;
  const met = new Set<EndpointId>();
  let hash = keyHash;
  for (let step = 0; step <= REHASHES && ids.length > 0; step++, hash = rehash(hash)) {
    met.add(ids[slotOf(state, hash)]!);
    if (step < REHASHES) continue;
    const last = slotOf(state, hash);
    for (let i = 1; i < ids.length; i++) met.add(ids[(last + i) % ids.length]!);
  }
  return [...met];
}
