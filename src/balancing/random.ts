import { z } from "zod";
import { defineAlgorithm } from "./algorithm.ts";
import type { Ceiling } from "./lib/draw.ts";
import { ceilingOf, drawWeighted } from "./lib/draw.ts";
import { honouredExclude, isEligible } from "./lib/eligibility.ts";
import { explain, short } from "./lib/explain.ts";

/** An endpoint at random, in proportion to weight. */
export const random = defineAlgorithm<Ceiling, Record<string, never>>({
  name: "random",
  docs: {
    summary: "An endpoint at random, in proportion to weight.",
    whenToUse: "Many gateway instances that must not march in step; the baseline others are compared with.",
    cost: "O(1) while weights are of one order of magnitude, else O(n)",
    source: "nginx `random`; rejection sampling after von Neumann (1951)",
  },
  options: z.strictObject({}),
  signals: [],
  weights: "used",
  init: (members) => ({ ceiling: ceilingOf(members) }),
  update(state, members) {
    state.ceiling = ceilingOf(members);
  },
  pick(state, request, env, trace) {
    const exclude = honouredExclude(request);
    const { candidates } = request;
    const picked = drawWeighted(state, candidates, exclude, -1, env.rng);
    if (picked === -1) return undefined;
    if (trace !== undefined) {
      let total = 0;
      for (const candidate of candidates) if (isEligible(candidate, exclude)) total += candidate.weight;
      explain(trace, request, exclude, `${candidates[picked]!.id} was drawn at random`, (candidate, index) => {
        const score = candidate.weight / total;
        const chance = `a chance of ${short(score * 100)} %`;
        return { score, reason: index === picked ? `drawn, with ${chance}` : `not drawn, with ${chance}` };
      });
    }
    return candidates[picked]!.id;
  },
});
