import type { EndpointId, Member } from "../algorithm.ts";

/** Who is in a hash table and with which weight: members of weight above 0, ordered by id. */
export interface Roster {
  ids: EndpointId[];
  weights: number[];
}

/** The roster of these members. Ordering by id makes tables independent of the order in the config. */
export function rosterOf(members: readonly Member[]): Roster {
  const sorted = members.filter((member) => member.weight > 0).sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  return { ids: sorted.map((member) => member.id), weights: sorted.map((member) => member.weight) };
}

/** True if a table built from one serves for the other, so that it need not be built again. */
export function sameRoster(a: Roster, b: Roster): boolean {
  return (
    a.ids.length === b.ids.length &&
    a.ids.every((id, slot) => id === b.ids[slot] && a.weights[slot] === b.weights[slot])
  );
}
