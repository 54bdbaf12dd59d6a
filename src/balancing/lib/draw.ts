import type { Rng } from "../../shared/rng.ts";
import { nextFloat, nextInt } from "../../shared/rng.ts";
import type { Candidate, EndpointId, Member } from "../algorithm.ts";
import { isEligible } from "./eligibility.ts";

/**
 * State of weighted drawing: the largest weight that occurs, which is what rejection sampling accepts against.
 * A slow-starting endpoint weighs less than its configured weight, never more.
 */
export interface Ceiling {
  ceiling: number;
}

/** The largest of the members' weights, at least 0. */
export function ceilingOf(members: readonly Member[]): number {
  let ceiling = 0;
  for (const member of members) if (member.weight > ceiling) ceiling = member.weight;
  return ceiling;
}

/** Rejections before giving up on them. Past draws tell nothing about later ones, so giving up adds no bias. */
const TRIES = 16;

/**
 * Draws the index of an eligible candidate with probability proportional to its weight, never the index `not`
 * (-1 for none); -1 if there is nothing to draw.
 *
 * Rejection sampling: a candidate drawn uniformly is accepted with probability weight ÷ ceiling. That is O(1) while
 * weights are of one order of magnitude; else, and where most candidates are not eligible, an exact linear scan.
 */
export function drawWeighted(
  state: Ceiling,
  candidates: readonly Candidate[],
  exclude: readonly EndpointId[] | undefined,
  not: number,
  rng: Rng,
): number {
  const count = candidates.length;
  if (count === 0 || (count === 1 && not === 0)) return -1;
  for (let i = 0; i < TRIES; i++) {
    const index = nextInt(rng, count);
    const candidate = candidates[index]!;
    if (index === not || !isEligible(candidate, exclude)) continue;
    if (candidate.weight > state.ceiling) {
      state.ceiling = candidate.weight;
      break;
    }
    if (candidate.weight === state.ceiling || nextFloat(rng) * state.ceiling < candidate.weight) return index;
  }
  return scanWeighted(candidates, exclude, not, rng);
}

/** The same draw in O(n), whatever the weights: one random point on the line of all weights laid end to end. */
export function scanWeighted(
  candidates: readonly Candidate[],
  exclude: readonly EndpointId[] | undefined,
  not: number,
  rng: Rng,
): number {
  let total = 0;
  for (let i = 0; i < candidates.length; i++) {
    const candidate = candidates[i]!;
    if (i !== not && isEligible(candidate, exclude)) total += candidate.weight;
  }
  if (total === 0) return -1;
  let left = nextFloat(rng) * total;
  let last = -1;
  for (let i = 0; i < candidates.length; i++) {
    const candidate = candidates[i]!;
    if (i === not || !isEligible(candidate, exclude)) continue;
    last = i;
    left -= candidate.weight;
    if (left < 0) return i;
  }
  return last; // rounding can leave a last crumb of the line to nobody
}
