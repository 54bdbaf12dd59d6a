import { z } from "zod";
import type { Candidate, EndpointId, PickRequest } from "./algorithm.ts";
import { defineAlgorithm } from "./algorithm.ts";
import { honouredExclude, isEligible } from "./lib/eligibility.ts";
import { explainWalk } from "./lib/walk.ts";
import { hashKey, hashString } from "./lib/hash.ts";
import { rendezvousCost, rendezvousHash } from "./lib/rendezvous-score.ts";

/**
 * Every endpoint bids for the key, the best bid wins. There is no table, hence nothing to rebuild, and the weight is
 * the candidate's present one: in a slow start, keys move to the newcomer one by one and between no two others.
 */
export const rendezvous = defineAlgorithm<Record<string, never>, Record<string, never>>({
  name: "rendezvous",
  docs: {
    summary: "Every endpoint's hash with the key is a bid weighted by −w/ln(h); the highest wins.",
    whenToUse: "Hashing for up to a few hundred endpoints: exact shares, and exactly the lost endpoint's keys move.",
    cost: "O(n)",
    source:
      "Thaler and Ravishankar, highest random weight (IEEE/ACM ToN 1998); weights after Schindelhauer and Schomaker (SPAA 2005)",
  },
  options: z.strictObject({}),
  signals: ["key"],
  weights: "used",
  init: () => ({}),
  update() {},
  pick(_state, request, _env, trace) {
    const exclude = honouredExclude(request);
    const { candidates } = request;
    const picked = lowestCost(candidates, exclude, hashKey(request.key));
    if (picked === -1) return undefined;
    const { id } = candidates[picked]!;
    if (trace !== undefined) explainWalk(trace, request, exclude, preference(request, exclude), id);
    return id;
  },
});

/** Hashes of candidates' ids, derived by identity: a candidate set never changes in place. */
const seedsOf = new WeakMap<readonly Candidate[], Uint32Array>();

function seeds(candidates: readonly Candidate[]): Uint32Array {
  const known = seedsOf.get(candidates);
  if (known !== undefined && known.length === candidates.length) return known;
  const hashes = Uint32Array.from(candidates, (candidate) => hashString(candidate.id, 0));
  seedsOf.set(candidates, hashes);
  return hashes;
}

/** Index of the winner, -1 if nobody may be picked. Equal bids: the id that sorts first. */
function lowestCost(candidates: readonly Candidate[], exclude: readonly EndpointId[] | undefined, key: number): number {
  const hashes = seeds(candidates);
  let best = -1;
  let lowest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < candidates.length; i++) {
    const candidate = candidates[i]!;
    if (!isEligible(candidate, exclude)) continue;
    const hash = rendezvousHash(key, hashes[i]!);
    // −ln(h) ≥ 1 − h, so most logarithms need not be taken to know that the bid cannot win.
    if (1 - hash > lowest * candidate.weight) continue;
    const cost = rendezvousCost(hash, candidate.weight);
    if (best === -1 || cost < lowest || (cost === lowest && candidate.id < candidates[best]!.id)) {
      best = i;
      lowest = cost;
    }
  }
  return best;
}

/** Everyone who may bid, best bid first. */
function preference(request: PickRequest, exclude: readonly EndpointId[] | undefined): EndpointId[] {
  const key = hashKey(request.key);
  const hashes = seeds(request.candidates);
  return request.candidates
    .map(({ id, weight }, i) => ({ id, cost: rendezvousCost(rendezvousHash(key, hashes[i]!), weight) }))
    .filter((_, i) => isEligible(request.candidates[i]!, exclude))
    .sort((a, b) => a.cost - b.cost || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);
}
