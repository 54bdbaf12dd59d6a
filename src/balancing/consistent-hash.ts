import { z } from "zod";
import { defineAlgorithm } from "./algorithm.ts";
import { firstEligible, honouredExclude } from "./lib/eligibility.ts";
import { hashKey } from "./lib/hash.ts";
import type { Ring } from "./lib/ring.ts";
import { createRing, placeOf, updateRing } from "./lib/ring.ts";
import { pointsSchema } from "./lib/ring-option.ts";
import { explainWalk, walkFrom, walkOrder } from "./lib/walk.ts";

interface Options {
  readonly points: number;
}

/** A ring of hashed points: a key belongs to the first point clockwise of its hash. */
export const consistentHash = defineAlgorithm<Ring, Options>({
  name: "consistent-hash",
  docs: {
    summary: "A key belongs to the next point on a ring of hashes; one endpoint more or less moves only its own share.",
    whenToUse: "Endpoints with caches or sessions of their own, where members come and go.",
    cost: "O(log(points)), and one step for each ineligible point walked past",
    source: "Karger et al., Consistent Hashing and Random Trees (STOC 1997); libketama; nginx `hash … consistent`",
  },
  options: z.strictObject({ points: pointsSchema }),
  signals: ["key"],
  weights: "used",
  init: (members, options) => createRing(members, options.points),
  update: (state, members) => updateRing(state, members),
  pick(state, request, _env, trace) {
    const exclude = honouredExclude(request);
    const start = placeOf(state, hashKey(request.key));
    const picked = walkFrom(state, start, request, exclude)?.id ?? firstEligible(request.candidates, exclude);
    if (trace !== undefined && picked !== undefined) {
      explainWalk(trace, request, exclude, walkOrder(state, start), picked);
    }
    return picked;
  },
});
