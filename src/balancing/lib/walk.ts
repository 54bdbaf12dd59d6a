import type { Candidate, EndpointId, PickRequest, Trace } from "../algorithm.ts";
import { isEligible } from "./eligibility.ts";
import { explain } from "./explain.ts";

/** A hash ring or table as it is walked: places in a circle, each owned by one of the ids. */
export interface Circle {
  readonly ids: readonly EndpointId[];
  /** Of each place, the index of its owner in `ids`. */
  readonly owners: Uint32Array;
}

/**
 * The first eligible owner from the place `start` on. Walking past what is not eligible is what keeps every key of
 * the others where it is while an endpoint is ill.
 */
export function walkFrom(
  circle: Circle,
  start: number,
  request: PickRequest,
  exclude: readonly EndpointId[] | undefined,
): Candidate | undefined {
  const { ids, owners } = circle;
  const places = owners.length;
  let at = start;
  for (let step = 0; step < places; step++) {
    const candidate = request.byId.get(ids[owners[at]!]!);
    if (candidate !== undefined && isEligible(candidate, exclude)) return candidate;
    at = at + 1 === places ? 0 : at + 1;
  }
  return undefined;
}

/** All owners in the order in which a walk from `start` meets them: the key's order of preference. */
export function walkOrder(circle: Circle, start: number): EndpointId[] {
  const places = circle.owners.length;
  const met = new Set<EndpointId>();
  for (let step = 0; step < places && met.size < circle.ids.length; step++) {
    met.add(circle.ids[circle.owners[(start + step) % places]!]!);
  }
  return [...met];
}

/**
 * Explains a pick by the key's order of preference. The score is the rank in it; owners that were walked past and
 * are not candidates get an entry too, behind the candidates. `remark` adds to a candidate's reason.
 */
export function explainWalk(
  trace: Trace,
  request: PickRequest,
  exclude: readonly EndpointId[] | undefined,
  order: readonly EndpointId[],
  picked: EndpointId,
  remark: (candidate: Candidate) => string = () => "",
): void {
  const ranks = new Map(order.map((id, rank) => [id, rank]));
  const key = `key ${JSON.stringify(request.key ?? "")}`;
  const pickedRank = ranks.get(picked) ?? order.length;
  const summary =
    pickedRank === 0 ? `${picked} owns ${key}` : `${picked} is the first that can take ${key}, which ${order[0]} owns`;
  explain(trace, request, exclude, order.length === 0 ? `${picked} is all there is` : summary, (candidate) => {
    const rank = ranks.get(candidate.id);
    if (rank === undefined) return { reason: "has no share of the keys" };
    return { score: rank, reason: `${standing(rank, pickedRank)}${remark(candidate)}` };
  });
  for (const id of order.slice(0, pickedRank)) {
    if (request.byId.has(id)) continue;
    trace.entries.push({ endpoint: id, score: ranks.get(id)!, reason: "walked past: not eligible" });
  }
}

function standing(rank: number, pickedRank: number): string {
  if (rank < pickedRank) return "walked past";
  const place = rank === 0 ? "owns the key" : `number ${rank + 1} in line for the key`;
  return rank === pickedRank && rank > 0 ? `${place}, takes it` : place;
}
