import type { Millis } from "../../shared/clock.ts";

/**
 * Upper bounds of the buckets, in ms: close together where a gateway on one machine answers, up to the default request
 * timeout and beyond it for what streams.
 */
export const BOUNDS_MS: readonly Millis[] = [
  0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000,
];

/** A histogram of durations, as Prometheus has them, not yet cumulated. */
export interface Durations {
  /** One for each bound, and one for what is beyond the last. */
  readonly counts: Float64Array;
  sumMs: number;
}

/** An empty one. */
export function createDurations(): Durations {
  return { counts: new Float64Array(BOUNDS_MS.length + 1), sumMs: 0 };
}

/** Records one duration in ms; one that is negative or no number (a clock that stepped back) counts as 0. */
export function recordDuration(durations: Durations, ms: Millis): void {
  const value = ms > 0 ? ms : 0;
  let bucket = 0;
  while (bucket < BOUNDS_MS.length && value > (BOUNDS_MS[bucket] as number)) bucket++;
  durations.counts[bucket] = (durations.counts[bucket] as number) + 1;
  durations.sumMs += value;
}
