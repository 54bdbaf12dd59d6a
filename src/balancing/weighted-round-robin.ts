import { z } from "zod";
import { defineAlgorithm } from "./algorithm.ts";
import { firstEligible, honouredExclude } from "./lib/eligibility.ts";
import { explain, short } from "./lib/explain.ts";
import type { Smooth } from "./lib/smooth.ts";
import { createSmooth, playRound, seat, updateSmooth } from "./lib/smooth.ts";

/** Each endpoint in proportion to its weight, with its turns spread out instead of bunched. */
export const weightedRoundRobin = defineAlgorithm<Smooth, Record<string, never>>({
  name: "weighted-round-robin",
  docs: {
    summary: "Turns in proportion to weight, evenly spread: 5:1:1 gives a a b a c a a.",
    whenToUse: "Endpoints of known, different capacity, or a canary that should get an exact share.",
    cost: "O(n)",
    source: "smooth weighted round robin of nginx 1.3.1 (ngx_http_upstream_round_robin.c)",
  },
  options: z.strictObject({}),
  signals: [],
  weights: "used",
  init: (members) => createSmooth(members),
  update: (state, members) => updateSmooth(state, members),
  pick(state, request, _env, trace) {
    const exclude = honouredExclude(request);
    const { candidates } = request;
    const slots = seat(state, candidates);
    const before = trace === undefined ? undefined : state.credits.slice();
    const picked = playRound(state, candidates, exclude, Number.POSITIVE_INFINITY);
    if (picked === -1) return firstEligible(candidates, exclude);
    if (trace !== undefined) {
      const summary = `${candidates[picked]!.id} has the most credit after each earned its weight, and pays for the round`;
      explain(trace, request, exclude, summary, (candidate, index) => {
        const slot = slots[index]!;
        if (slot < 0) return { reason: "not a member" };
        const score = before![slot]! + candidate.weight;
        const earned = `credit ${short(score)} after earning ${short(candidate.weight)}`;
        return { score, reason: index === picked ? `${earned}, most` : earned };
      });
    }
    return candidates[picked]!.id;
  },
});
