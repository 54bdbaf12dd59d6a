import { z } from "zod";
import type { Candidate, EndpointId, PickRequest } from "./algorithm.ts";
import { defineAlgorithm } from "./algorithm.ts";
import { loadBound } from "./lib/cost.ts";
import { firstEligible, honouredExclude, isEligible } from "./lib/eligibility.ts";
import { hashKey } from "./lib/hash.ts";
import type { Ring } from "./lib/ring.ts";
import { createRing, placeOf, updateRing } from "./lib/ring.ts";
import { pointsSchema } from "./lib/ring-option.ts";
import { explainWalk, walkFrom, walkOrder } from "./lib/walk.ts";

interface Options {
  readonly factor: number;
  readonly points: number;
}

interface State extends Ring {
  factor: number;
}

/** Consistent hashing in which no endpoint takes more than `factor` times its share; what overflows moves on clockwise. */
export const boundedLoad = defineAlgorithm<State, Options>({
  name: "bounded-load",
  docs: {
    summary: "Consistent hashing, but an endpoint that holds factor times its share of the load is walked past.",
    whenToUse: "As consistent-hash, where a few keys are so popular that their endpoint would drown.",
    cost: "O(n) to add up the load, O(log(points)) to find the key",
    source: "Mirrokni, Thorup, Zadimoghaddam, Consistent Hashing with Bounded Loads (2016, SODA 2018)",
  },
  options: z.strictObject({
    factor: z
      .number()
      .gt(1)
      .default(1.25)
      .describe(
        "Highest load of an endpoint as a multiple of its fair share; lower is more even, higher moves fewer keys",
      ),
    points: pointsSchema,
  }),
  signals: ["key", "in-flight"],
  weights: "used",
  init: (members, options) => ({ ...createRing(members, options.points), factor: options.factor }),
  update: (state, members) => updateRing(state, members),
  pick(state, request, _env, trace) {
    const exclude = honouredExclude(request);
    const start = placeOf(state, hashKey(request.key));
    const candidate =
      walkToRoom(state, start, request, exclude) ??
      // Only if all that have room were tried already: better one too many than none.
      walkFrom(state, start, request, exclude);
    const picked = candidate?.id ?? firstEligible(request.candidates, exclude);
    if (trace !== undefined && picked !== undefined) {
      const { total, weight } = sums(request);
      explainWalk(trace, request, exclude, walkOrder(state, start), picked, ({ inFlight, weight: own }) => {
        const bound = loadBound(state.factor, total, own, weight);
        return `, ${inFlight} in flight of at most ${bound}`;
      });
    }
    return picked;
  },
});

interface Sums {
  /** Exchanges in flight on all endpoints that count, and the one to be placed. */
  readonly total: number;
  readonly weight: number;
}

function sums(request: PickRequest): Sums {
  const { candidates } = request;
  let total = 1;
  let weight = 0;
  for (let i = 0; i < candidates.length; i++) {
    const candidate = candidates[i]!;
    if (!(candidate.weight > 0)) continue;
    total += candidate.inFlight;
    weight += candidate.weight;
  }
  return { total, weight };
}

/** The first eligible owner clockwise that stays within its bound with one exchange more. */
function walkToRoom(
  state: State,
  start: number,
  request: PickRequest,
  exclude: readonly EndpointId[] | undefined,
): Candidate | undefined {
  const { ids, owners, factor } = state;
  const { total, weight } = sums(request);
  const places = owners.length;
  let at = start;
  for (let step = 0; step < places; step++) {
    const candidate = request.byId.get(ids[owners[at]!]!);
    if (candidate !== undefined && isEligible(candidate, exclude)) {
      if (candidate.inFlight < loadBound(factor, total, candidate.weight, weight)) return candidate;
    }
    at = at + 1 === places ? 0 : at + 1;
  }
  return undefined;
}
