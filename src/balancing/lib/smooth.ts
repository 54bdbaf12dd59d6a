import type { Candidate, EndpointId, Member } from "../algorithm.ts";
import { loadPerWeight } from "./cost.ts";
import { isEligible } from "./eligibility.ts";

/**
 * The schedule of smooth weighted round robin (nginx `ngx_http_upstream_round_robin.c`): in each round every
 * participant earns its weight, the richest is picked and pays what all earned together. Credits go with ids.
 */
export interface Smooth {
  ids: EndpointId[];
  /** The members' own weights, to notice when the user changes one. */
  weights: number[];
  credits: Float64Array;
  /** 1 for who took part when a candidate set was last seen: an endpoint that was away joins anew. */
  present: Uint8Array;
}

/** A schedule in which nobody has earned anything yet. */
export function createSmooth(members: readonly Member[]): Smooth {
  return {
    ids: members.map((member) => member.id),
    weights: members.map((member) => member.weight),
    credits: new Float64Array(members.length),
    present: new Uint8Array(members.length),
  };
}

/**
 * Members joined or left: those that stay keep their credit. If one that stays has a new weight, everybody starts
 * anew, because credit earned at a weight of 100 would buy many turns in a row where weights are now about 1.
 */
export function updateSmooth(smooth: Smooth, members: readonly Member[]): void {
  const before = new Map(smooth.ids.map((id, slot) => [id, slot]));
  const old = { weights: smooth.weights, credits: smooth.credits, present: smooth.present };
  Object.assign(smooth, createSmooth(members));
  const slots = smooth.ids.map((id) => before.get(id) ?? -1);
  if (slots.some((slot, i) => slot !== -1 && !Object.is(old.weights[slot], smooth.weights[i]))) return;
  slots.forEach((slot, i) => {
    if (slot === -1) return;
    smooth.credits[i] = old.credits[slot]!;
    smooth.present[i] = old.present[slot]!;
  });
}

interface Seats {
  readonly candidates: readonly Candidate[];
  /** Of each candidate, in their order; -1 for one that is not a member. */
  readonly slots: Int32Array;
}

/** Derived from a schedule's ids and the candidates by identity, so that the hot path looks nothing up by name. */
const seatsOf = new WeakMap<readonly EndpointId[], Seats>();

/** The slot of each candidate in the schedule; lets candidates that were away join. */
export function seat(smooth: Smooth, candidates: readonly Candidate[]): Int32Array {
  const known = seatsOf.get(smooth.ids);
  if (known !== undefined && known.candidates === candidates && known.slots.length === candidates.length) {
    return known.slots;
  }
  const slotOf = new Map(smooth.ids.map((id, slot) => [id, slot]));
  const slots = Int32Array.from(candidates, (candidate) => slotOf.get(candidate.id) ?? -1);
  seatsOf.set(smooth.ids, { candidates, slots });
  join(smooth, slots);
  return slots;
}

/**
 * An endpoint that comes back starts at the mean credit of those that stayed: with no debt, and with no claim that
 * it could cash in as a burst. Nothing changes if the same endpoints take part as before.
 */
function join(smooth: Smooth, slots: Int32Array): void {
  const present = new Uint8Array(smooth.ids.length);
  let sum = 0;
  let stayed = 0;
  for (const slot of slots) {
    if (slot < 0) continue;
    present[slot] = 1;
    if (smooth.present[slot] === 0) continue;
    sum += smooth.credits[slot]!;
    stayed++;
  }
  const mean = stayed === 0 ? 0 : sum / stayed;
  for (const slot of slots) if (slot >= 0 && smooth.present[slot] === 0) smooth.credits[slot] = mean;
  smooth.present = present;
}

/**
 * Plays one round among the eligible candidates whose load per weight is at most `maxLoad` (Infinity: all of them)
 * and returns the index of the winner, -1 if nobody took part. Equal credit: the earlier candidate. O(n).
 */
export function playRound(
  smooth: Smooth,
  candidates: readonly Candidate[],
  exclude: readonly EndpointId[] | undefined,
  maxLoad: number,
): number {
  const slots = seat(smooth, candidates);
  const { credits } = smooth;
  const bounded = maxLoad < Number.POSITIVE_INFINITY;
  let best = -1;
  let richest = 0;
  let total = 0;
  for (let i = 0; i < slots.length; i++) {
    const candidate = candidates[i]!;
    const slot = slots[i]!;
    if (slot < 0 || !isEligible(candidate, exclude)) continue;
    if (bounded && loadPerWeight(candidate.inFlight, candidate.weight) > maxLoad) continue;
    const credit = credits[slot]! + candidate.weight;
    credits[slot] = credit;
    total += candidate.weight;
    if (best === -1 || credit > richest) {
      best = i;
      richest = credit;
    }
  }
  if (best !== -1) credits[slots[best]!] = richest - total;
  return best;
}
