import { z } from "zod";
import type { Millis } from "../shared/clock.ts";
import type { Candidate } from "./algorithm.ts";
import { defineAlgorithm } from "./algorithm.ts";
import { latencyCost } from "./lib/cost.ts";
import { decaySchema } from "./lib/decay-option.ts";
import { honouredExclude, isEligible } from "./lib/eligibility.ts";
import { decayed } from "./lib/ewma.ts";
import { explain, short } from "./lib/explain.ts";

interface Options {
  readonly decay: Millis;
}

/** Where the search begins, so that ties go round, and how fast old measurements fade. */
interface State {
  next: number;
  decay: Millis;
}

/** The endpoint that should be done first, from its mean latency and what it has in flight; ties in turn. */
export const leastTime = defineAlgorithm<State, Options>({
  name: "least-time",
  docs: {
    summary: "The lowest mean latency times exchanges in flight plus one, per weight; ties go round in turn.",
    whenToUse: "Endpoints differ in speed in ways that weights do not say, and there are not very many of them.",
    cost: "O(n)",
    source: "nginx plus `least_time`, Traefik `leasttime`; probing of unmeasured endpoints as in Finagle",
  },
  options: z.strictObject({ decay: decaySchema }),
  signals: ["in-flight", "latency"],
  weights: "used",
  init: (_members, options) => ({ next: 0, decay: options.decay }),
  update() {},
  pick(state, request, env, trace) {
    const exclude = honouredExclude(request);
    const { candidates } = request;
    const count = candidates.length;
    let best = -1;
    let lowest = Number.POSITIVE_INFINITY;
    let at = state.next < count ? state.next : 0;
    for (let step = 0; step < count; step++) {
      const candidate = candidates[at]!;
      if (isEligible(candidate, exclude)) {
        const cost = costOf(candidate, env.now, state.decay);
        if (best === -1 || cost < lowest) {
          best = at;
          lowest = cost;
        }
      }
      at = at + 1 === count ? 0 : at + 1;
    }
    if (best === -1) return undefined;
    state.next = best + 1 === count ? 0 : best + 1;
    const picked = candidates[best]!.id;
    if (trace !== undefined) {
      explain(trace, request, exclude, `${picked} should be done first`, (candidate) => {
        const score = costOf(candidate, env.now, state.decay);
        const reason = describeCost(candidate, env.now, state.decay);
        if (candidate.id === picked) return { score, reason: `${reason}, lowest` };
        return { score, reason: score === lowest ? `${reason}, tied: its turn comes later` : reason };
      });
    }
    return picked;
  },
});

function costOf(candidate: Candidate, now: Millis, decay: Millis): number {
  const latency = decayed(candidate.latencyMs, now - candidate.latencyAt, decay);
  return latencyCost(latency, candidate.inFlight, candidate.weight);
}

function describeCost(candidate: Candidate, now: Millis, decay: Millis): string {
  const { latencyMs, latencyAt, inFlight } = candidate;
  if (latencyMs === 0) return `not measured yet, ${inFlight} in flight`;
  return `${short(decayed(latencyMs, now - latencyAt, decay))} ms, ${inFlight} in flight`;
}
