import { z } from "zod";
import { defineAlgorithm } from "./algorithm.ts";
import { honouredExclude, isEligible } from "./lib/eligibility.ts";
import { explain } from "./lib/explain.ts";

/** Where the search begins, so that ties go round: just behind the candidate picked last. */
interface State {
  next: number;
}

/** The endpoint with the fewest exchanges in flight; ties in turn. */
export const leastConn = defineAlgorithm<State, Record<string, never>>({
  name: "least-conn",
  docs: {
    summary: "The endpoint with the fewest exchanges in flight; ties go round in turn; weights are ignored.",
    whenToUse: "Requests differ much in cost or last long (downloads, WebSockets), and endpoints are alike.",
    cost: "O(n), ended early by the first idle endpoint",
    source: "IPVS `lc`; HAProxy `leastconn`",
  },
  options: z.strictObject({}),
  signals: ["in-flight"],
  weights: "ignored",
  init: () => ({ next: 0 }),
  update() {},
  pick(state, request, _env, trace) {
    const exclude = honouredExclude(request);
    const { candidates } = request;
    const count = candidates.length;
    let best = -1;
    let fewest = Number.POSITIVE_INFINITY;
    let at = state.next < count ? state.next : 0;
    for (let step = 0; step < count && fewest > 0; step++) {
      const candidate = candidates[at]!;
      if (candidate.inFlight < fewest && isEligible(candidate, exclude)) {
        best = at;
        fewest = candidate.inFlight;
      }
      at = at + 1 === count ? 0 : at + 1;
    }
    if (best === -1) return undefined;
    state.next = best + 1 === count ? 0 : best + 1;
    const picked = candidates[best]!.id;
    if (trace !== undefined) {
      explain(trace, request, exclude, `${picked} has the fewest in flight (${fewest})`, ({ id, inFlight }) => {
        const reason = `${inFlight} in flight`;
        if (id === picked) return { score: inFlight, reason: `${reason}, fewest` };
        return { score: inFlight, reason: inFlight === fewest ? `${reason}, tied: its turn comes later` : reason };
      });
    }
    return picked;
  },
});
