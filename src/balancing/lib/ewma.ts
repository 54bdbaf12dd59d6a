import type { Millis } from "../../shared/clock.ts";

/** Finagle's default: after 10 s without a new measurement, 37 % of the old one is left. */
export const DEFAULT_DECAY_MS: Millis = 10_000;

/** What is left of a value after `elapsed` ms, with time constant `decay`: value · e^(−elapsed/decay). */
export function decayed(value: number, elapsed: Millis, decay: Millis): number {
  return elapsed > 0 ? value * Math.exp(-elapsed / decay) : value;
}

/**
 * The exponentially weighted moving mean after a sample that came `elapsed` ms after the last one. The weight of the
 * past is e^(−elapsed/decay), so the mean depends on time, not on how many requests there were. 0 = not yet measured.
 */
export function movingMean(mean: number, sample: number, elapsed: Millis, decay: Millis): number {
  if (mean === 0) return sample;
  const past = decayed(1, elapsed, decay);
  return mean * past + sample * (1 - past);
}

/** Finagle's peak EWMA: a sample above the value is taken at once, one below it only as fast as the mean moves. */
export function movingPeak(peak: number, sample: number, elapsed: Millis, decay: Millis): number {
  return sample > peak ? sample : movingMean(peak, sample, elapsed, decay);
}
