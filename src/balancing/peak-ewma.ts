import { z } from "zod";
import type { Millis } from "../shared/clock.ts";
import type { Candidate, EndpointId, PickRequest, Trace } from "./algorithm.ts";
import { defineAlgorithm } from "./algorithm.ts";
import { latencyCost } from "./lib/cost.ts";
import { decaySchema } from "./lib/decay-option.ts";
import type { Ceiling } from "./lib/draw.ts";
import { ceilingOf, drawWeighted } from "./lib/draw.ts";
import { honouredExclude } from "./lib/eligibility.ts";
import { decayed } from "./lib/ewma.ts";
import { explain, short } from "./lib/explain.ts";

interface Options {
  readonly decay: Millis;
}

interface State extends Ceiling {
  decay: Millis;
}

/** The cheaper of two drawn by weight, where latency peaks count at once and are forgotten slowly. */
export const peakEwma = defineAlgorithm<State, Options>({
  name: "peak-ewma",
  docs: {
    summary: "Two distinct endpoints drawn by weight; the lower peak latency times (in flight + 1) per weight wins.",
    whenToUse:
      "Endpoints that sometimes turn slow (garbage collection, noisy neighbours): reacts to the first bad sign.",
    cost: "O(1) while weights are of one order of magnitude, else O(n)",
    source: "Finagle `PeakEwma` (Twitter); linkerd2-proxy; two choices after Mitzenmacher 2001",
  },
  options: z.strictObject({ decay: decaySchema }),
  signals: ["in-flight", "latency"],
  weights: "used",
  init: (members, options) => ({ ceiling: ceilingOf(members), decay: options.decay }),
  update(state, members) {
    state.ceiling = ceilingOf(members);
  },
  pick(state, request, env, trace) {
    const exclude = honouredExclude(request);
    const { candidates } = request;
    const first = drawWeighted(state, candidates, exclude, -1, env.rng);
    if (first === -1) return undefined;
    const second = drawWeighted(state, candidates, exclude, first, env.rng);
    const cheaper =
      second !== -1 && costOf(candidates[second]!, env.now, state) < costOf(candidates[first]!, env.now, state);
    const picked = cheaper ? second : first;
    if (trace !== undefined) explainDraw(trace, request, exclude, [first, second, picked], env.now, state);
    return candidates[picked]!.id;
  },
});

function peakOf(candidate: Candidate, now: Millis, state: State): Millis {
  return decayed(candidate.peakMs, now - candidate.latencyAt, state.decay);
}

function costOf(candidate: Candidate, now: Millis, state: State): number {
  return latencyCost(peakOf(candidate, now, state), candidate.inFlight, candidate.weight);
}

function explainDraw(
  trace: Trace,
  request: PickRequest,
  exclude: readonly EndpointId[] | undefined,
  [first, second, picked]: readonly [first: number, second: number, picked: number],
  now: Millis,
  state: State,
): void {
  const winner = request.candidates[picked]!.id;
  const why = second === -1 ? "is the only one left to draw" : "costs no more than the other of the two drawn";
  explain(trace, request, exclude, `${winner} ${why}`, (candidate, index) => {
    const score = costOf(candidate, now, state);
    const peak = candidate.peakMs === 0 ? "not measured yet" : `peak ${short(peakOf(candidate, now, state))} ms`;
    const facts = `${peak}, ${candidate.inFlight} in flight`;
    if (index !== first && index !== second) return { score, reason: `not drawn, ${facts}` };
    const order = index === first ? "drawn first" : "drawn second";
    return { score, reason: index === picked ? `${order}, ${facts}: picked` : `${order}, ${facts}` };
  });
}
