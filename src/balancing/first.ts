import { z } from "zod";
import type { Candidate, EndpointId, PickRequest, Trace } from "./algorithm.ts";
import { defineAlgorithm } from "./algorithm.ts";
import { loadPerWeight } from "./lib/cost.ts";
import { firstEligible, honouredExclude, isEligible } from "./lib/eligibility.ts";
import { explain, short } from "./lib/explain.ts";

interface Options {
  /** Exchanges in flight per unit of weight from which an endpoint counts as full; without it none ever does. */
  readonly capacity?: number | undefined;
}

interface State {
  /** Members in the config's order. */
  ids: EndpointId[];
  capacity: number;
}

/** The first endpoint in the config's order that has room; all full: the least loaded. */
export const first = defineAlgorithm<State, Options>({
  name: "first",
  docs: {
    summary: "The first endpoint in the order of the config that is not full; if all are, the least loaded per weight.",
    whenToUse: "A primary with stand-ins, or few endpoints kept busy while the others may be shut down.",
    cost: "O(1), and one step for each full or ineligible endpoint in front",
    source: "HAProxy `balance first`",
  },
  options: z.strictObject({
    capacity: z
      .number()
      .positive()
      .optional()
      .describe("Exchanges in flight per unit of weight before the next endpoint is used (default: no limit)"),
  }),
  signals: ["in-flight"],
  weights: "used",
  init: (members, options) => ({
    ids: members.map((member) => member.id),
    capacity: options.capacity ?? Number.POSITIVE_INFINITY,
  }),
  update(state, members) {
    state.ids = members.map((member) => member.id);
  },
  pick(state, request, _env, trace) {
    const exclude = honouredExclude(request);
    const picked = firstWithRoom(state, request, exclude) ?? firstEligible(request.candidates, exclude);
    if (trace !== undefined && picked !== undefined) explainOrder(trace, request, exclude, state, picked);
    return picked;
  },
});

function firstWithRoom(
  state: State,
  request: PickRequest,
  exclude: readonly EndpointId[] | undefined,
): EndpointId | undefined {
  let idlest: Candidate | undefined;
  for (const id of state.ids) {
    const candidate = request.byId.get(id);
    if (candidate === undefined || !isEligible(candidate, exclude)) continue;
    if (hasRoom(candidate, state.capacity)) return id;
    if (idlest === undefined || load(candidate) < load(idlest)) idlest = candidate;
  }
  return idlest?.id;
}

function hasRoom(candidate: Candidate, capacity: number): boolean {
  return candidate.inFlight < capacity * candidate.weight;
}

function load(candidate: Candidate): number {
  return loadPerWeight(candidate.inFlight, candidate.weight);
}

function explainOrder(
  trace: Trace,
  request: PickRequest,
  exclude: readonly EndpointId[] | undefined,
  state: State,
  picked: EndpointId,
): void {
  const winner = request.byId.get(picked);
  const full = winner !== undefined && !hasRoom(winner, state.capacity);
  const summary = full
    ? `All are full; ${picked} is the least loaded`
    : `${picked} is the first in order that has room`;
  explain(trace, request, exclude, summary, (candidate) => {
    const room = hasRoom(candidate, state.capacity);
    const limit = Number.isFinite(state.capacity) ? ` of ${short(state.capacity * candidate.weight)}` : "";
    const verdict = room ? (candidate.id === picked ? "first with room" : "later in order") : "full";
    return { score: state.ids.indexOf(candidate.id), reason: `${verdict}, ${candidate.inFlight}${limit} in flight` };
  });
}
