import { z } from "zod";
import type { EndpointId, PickRequest, Trace } from "./algorithm.ts";
import { defineAlgorithm } from "./algorithm.ts";
import { loadPerWeight } from "./lib/cost.ts";
import type { Ceiling } from "./lib/draw.ts";
import { ceilingOf, drawWeighted } from "./lib/draw.ts";
import { honouredExclude } from "./lib/eligibility.ts";
import { explain } from "./lib/explain.ts";

/**
 * The better of two drawn at random.
 *
 * The first is drawn in proportion to weight, the second likewise among the rest, so the two are distinct and with
 * equal weights every pair is equally likely. Fewer in flight per weight wins; a tie goes to the one drawn first,
 * which gives an idle service shares in proportion to weight.
 */
export const p2c = defineAlgorithm<Ceiling, Record<string, never>>({
  name: "p2c",
  docs: {
    summary: "Two distinct endpoints drawn by weight; the one with fewer in flight per weight wins, a tie the first.",
    whenToUse: "Many endpoints, or several gateways that see only their own load: nearly least-conn at constant cost.",
    cost: "O(1) while weights are of one order of magnitude, else O(n)",
    source: "Mitzenmacher, The Power of Two Choices in Randomized Load Balancing (IEEE TPDS 2001); nginx `random two`",
  },
  options: z.strictObject({}),
  signals: ["in-flight"],
  weights: "used",
  init: (members) => ({ ceiling: ceilingOf(members) }),
  update(state, members) {
    state.ceiling = ceilingOf(members);
  },
  pick(state, request, env, trace) {
    const exclude = honouredExclude(request);
    const { candidates } = request;
    const first = drawWeighted(state, candidates, exclude, -1, env.rng);
    if (first === -1) return undefined;
    const second = drawWeighted(state, candidates, exclude, first, env.rng);
    const picked = second !== -1 && loadAt(request, second) < loadAt(request, first) ? second : first;
    if (trace !== undefined) explainDraw(trace, request, exclude, first, second, picked);
    return candidates[picked]!.id;
  },
});

function loadAt(request: PickRequest, index: number): number {
  const candidate = request.candidates[index]!;
  return loadPerWeight(candidate.inFlight, candidate.weight);
}

function explainDraw(
  trace: Trace,
  request: PickRequest,
  exclude: readonly EndpointId[] | undefined,
  first: number,
  second: number,
  picked: number,
): void {
  const winner = request.candidates[picked]!.id;
  const tied = second !== -1 && loadAt(request, first) === loadAt(request, second);
  const why = tied ? "was drawn first, and the two tie" : "has fewer in flight per weight of the two drawn";
  const summary = `${winner} ${second === -1 ? "is the only one left to draw" : why}`;
  explain(trace, request, exclude, summary, ({ inFlight }, index) => {
    const score = loadAt(request, index);
    const load = `${inFlight} in flight`;
    if (index !== first && index !== second) return { score, reason: `not drawn, ${load}` };
    const order = index === first ? "drawn first" : "drawn second";
    return { score, reason: index === picked ? `${order}, ${load}: picked` : `${order}, ${load}` };
  });
}
