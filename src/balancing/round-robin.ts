import { z } from "zod";
import type { EndpointId, Member, PickRequest, Trace } from "./algorithm.ts";
import { defineAlgorithm } from "./algorithm.ts";
import { firstEligible, honouredExclude, isEligible } from "./lib/eligibility.ts";
import { explain } from "./lib/explain.ts";

/** Members in the config's order, and whose turn is next. Walking members, not candidates, keeps the turn stable
 *  while health comes and goes. */
interface State {
  ids: EndpointId[];
  next: number;
}

/** Each endpoint in turn, whatever its weight. */
export const roundRobin = defineAlgorithm<State, Record<string, never>>({
  name: "round-robin",
  docs: {
    summary: "Each endpoint in turn, in the order of the config; weights are ignored.",
    whenToUse: "The default: requests cost about the same and endpoints are alike.",
    cost: "O(1), and one step for each ineligible endpoint walked past",
    source: "Nagle, On Packet Switches with Infinite Storage (RFC 970, 1985); IPVS `rr`",
  },
  options: z.strictObject({}),
  signals: [],
  weights: "ignored",
  init: (members) => ({ ids: members.map((member) => member.id), next: 0 }),
  update(state, members) {
    state.next = turnAfterUpdate(state, members);
    state.ids = members.map((member) => member.id);
  },
  pick(state, request, _env, trace) {
    const exclude = honouredExclude(request);
    const { ids } = state;
    let at = state.next;
    for (let step = 0; step < ids.length; step++) {
      const candidate = request.byId.get(ids[at]!);
      const turn = at;
      at = at + 1 === ids.length ? 0 : at + 1;
      if (candidate === undefined || !isEligible(candidate, exclude)) continue;
      if (trace !== undefined) explainTurns(trace, request, exclude, ids, turn);
      state.next = at;
      return candidate.id;
    }
    return firstEligible(request.candidates, exclude);
  },
});

/** The turn stays with the endpoint that had it, or passes to the next one that is still a member. */
function turnAfterUpdate(state: State, members: readonly Member[]): number {
  const places = new Map(members.map((member, place) => [member.id, place]));
  for (let step = 0; step < state.ids.length; step++) {
    const place = places.get(state.ids[(state.next + step) % state.ids.length]!);
    if (place !== undefined) return place;
  }
  return 0;
}

function explainTurns(
  trace: Trace,
  request: PickRequest,
  exclude: readonly EndpointId[] | undefined,
  ids: readonly EndpointId[],
  turn: number,
): void {
  const places = new Map(ids.map((id, place) => [id, (place - turn + ids.length) % ids.length]));
  const order = request.candidates
    .filter((candidate) => places.has(candidate.id) && isEligible(candidate, exclude))
    .sort((a, b) => places.get(a.id)! - places.get(b.id)!)
    .map((candidate) => candidate.id);
  explain(trace, request, exclude, `It is ${ids[turn]}'s turn`, ({ id }) => {
    const wait = order.indexOf(id);
    if (wait < 0) return { reason: "not a member" };
    return { score: wait, reason: wait === 0 ? "its turn" : `${wait} ${wait === 1 ? "turn" : "turns"} away` };
  });
}
