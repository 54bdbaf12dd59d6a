import { z } from "zod";
import { defineAlgorithm } from "./algorithm.ts";
import { loadPerWeight } from "./lib/cost.ts";
import { firstEligible, honouredExclude, isEligible } from "./lib/eligibility.ts";
import { explain, short } from "./lib/explain.ts";
import type { Smooth } from "./lib/smooth.ts";
import { createSmooth, playRound, updateSmooth } from "./lib/smooth.ts";

/** The endpoint with the fewest exchanges in flight per weight; ties by smooth weighted round robin, as in nginx. */
export const weightedLeastConn = defineAlgorithm<Smooth, Record<string, never>>({
  name: "weighted-least-conn",
  docs: {
    summary: "The endpoint with the fewest exchanges in flight per weight; ties by smooth weighted round robin.",
    whenToUse: "Requests differ much in cost or last long, and endpoints differ in capacity.",
    cost: "O(n)",
    source: "nginx `least_conn`; IPVS `wlc`",
  },
  options: z.strictObject({}),
  signals: ["in-flight"],
  weights: "used",
  init: (members) => createSmooth(members),
  update: (state, members) => updateSmooth(state, members),
  pick(state, request, _env, trace) {
    const exclude = honouredExclude(request);
    const { candidates } = request;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < candidates.length; i++) {
      const candidate = candidates[i]!;
      if (!isEligible(candidate, exclude)) continue;
      const load = loadPerWeight(candidate.inFlight, candidate.weight);
      if (load < least) least = load;
    }
    const winner = playRound(state, candidates, exclude, least);
    const picked = winner === -1 ? firstEligible(candidates, exclude) : candidates[winner]!.id;
    if (trace !== undefined && picked !== undefined) {
      const summary = `${picked} has the fewest in flight per weight (${short(least)})`;
      explain(trace, request, exclude, summary, ({ id, inFlight, weight }) => {
        const score = loadPerWeight(inFlight, weight);
        const reason = `${inFlight} in flight for weight ${short(weight)}`;
        if (id === picked) return { score, reason: `${reason}, fewest` };
        return { score, reason: score === least ? `${reason}, tied: its turn comes later` : reason };
      });
    }
    return picked;
  },
});
