import type { EndpointId, Member } from "../algorithm.ts";
import { hashString } from "./hash.ts";
import type { Roster } from "./roster.ts";
import { rosterOf, sameRoster } from "./roster.ts";
import type { Circle } from "./walk.ts";

/** A hash ring: points on the circle of 32-bit hashes, in ascending order, and who owns each. */
export interface Ring extends Circle, Roster {
  ids: EndpointId[];
  /** Points per unit of weight. */
  points: number;
  hashes: Uint32Array;
  owners: Uint32Array;
}

/** More points than this would cost memory and start-up time without making shares visibly more even. */
const MAX_POINTS = 2 ** 18;

/**
 * Builds the ring. An endpoint's points depend on its own id and weight alone, so that one joining, leaving or
 * changing weight moves no key between two others. Points that collide belong to the id that sorts first.
 */
export function createRing(members: readonly Member[], points: number): Ring {
  return { points, ...rosterOf(members), ...placePoints(rosterOf(members), points) };
}

/** Rebuilds the ring if, and only if, members or weights are different. */
export function updateRing(ring: Ring, members: readonly Member[]): void {
  const roster = rosterOf(members);
  if (sameRoster(ring, roster)) return;
  Object.assign(ring, roster, placePoints(roster, ring.points));
}

function placePoints(roster: Roster, points: number): { hashes: Uint32Array; owners: Uint32Array } {
  const counts = pointCounts(roster.weights, points);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const places = new Float64Array(total);
  const span = roster.ids.length;
  let next = 0;
  for (let owner = 0; owner < span; owner++) {
    const id = roster.ids[owner]!;
    // Hash and owner in one exact double, so that one native numeric sort orders by hash, then owner.
    for (let point = 0; point < counts[owner]!; point++) places[next++] = hashString(id, point) * span + owner;
  }
  places.sort();
  const hashes = new Uint32Array(total);
  const owners = new Uint32Array(total);
  for (let i = 0; i < total; i++) {
    hashes[i] = Math.floor(places[i]! / span);
    owners[i] = places[i]! % span;
  }
  return { hashes, owners };
}

/** Points of each weight, at least one. Halved as often as it takes, all alike, where they would be too many. */
export function pointCounts(weights: readonly number[], points: number): number[] {
  let scale = points;
  const sum = weights.reduce((total, weight) => total + weight, 0);
  while (sum * scale > MAX_POINTS) scale /= 2;
  return weights.map((weight) => Math.max(1, Math.round(weight * scale)));
}

/** The place of the first point at or clockwise of the hash. */
export function placeOf(ring: Ring, hash: number): number {
  const { hashes } = ring;
  let low = 0;
  let high = hashes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (hashes[middle]! < hash) low = middle + 1;
    else high = middle;
  }
  return low === hashes.length ? 0 : low;
}
