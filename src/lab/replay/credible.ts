import { ALGORITHMS, ALGORITHM_NAMES } from "../../balancing/index.ts";
import type { ReplayModel } from "./replay-model.ts";
import type { ReplayContest } from "./replay-result.ts";

/** With fewer keys for each endpoint, chance decides what hashing does. */
const LEAST_KEYS = 4;
/** So many times as much as was ever seen at an endpoint is another situation. */
const BEYOND = 1.5;

/** Those who go by the key. */
export const HASHING: readonly string[] = ALGORITHMS.filter(({ signals }) => signals.includes("key")).map(
  ({ name }) => name,
);

export function keysOf({ trace }: ReplayModel): number {
  return new Set(trace.key).size;
}

/** Are there enough different keys to say what hashing them does? */
export function hasEnoughKeys(model: ReplayModel): boolean {
  return keysOf(model) >= LEAST_KEYS * model.endpoints.length;
}

/** What runs where nothing is asked for: what the record can say something of. */
export function usualAlgorithms(model: ReplayModel): readonly string[] {
  return hasEnoughKeys(model) ? ALGORITHM_NAMES : ALGORITHM_NAMES.filter((name) => !HASHING.includes(name));
}

/**
 * Did an algorithm put no more on an endpoint than was seen there, or is it known how requests wait? Without waiting
 * nothing holds back one that piles them up: that is no prediction.
 */
export function isCredible({ concurrency }: ReplayModel, { result }: ReplayContest): boolean {
  return concurrency.value !== Number.POSITIVE_INFINITY || result.maxQueue <= concurrency.most * BEYOND + 1;
}
