import type { AlgorithmResult } from "./model.ts";
import { share } from "./wording.ts";

/** Less than one in a thousand more is not what decides. */
const TELLING_SHARE = 0.001;
/** So much further apart than the p99s that stand in the table, and it is not response times that are far apart. */
const TELLING = 1.1;

/**
 * Is it failures that tell two algorithms apart? In a comparison each failed request counts as a minute, so that the
 * ratio can be far from that of the p99s of what was answered, which are what everybody sees.
 * @param ratio of the comparison
 */
export function failuresDecide(better: AlgorithmResult, worse: AlgorithmResult, ratio: number): boolean {
  if (failedShare(worse) - failedShare(better) < TELLING_SHARE) return false;
  return ratio > TELLING * (worse.responseTime.p99 / Math.max(better.responseTime.p99, Number.MIN_VALUE));
}

/** "p2c lost none of the requests; round-robin, the next best, lost 1.2 %". @param place of the worse one */
export function lostInWords(better: AlgorithmResult, worse: AlgorithmResult, place: string): string {
  const few = better.errors === 0 ? "none" : share(failedShare(better));
  return `${better.algorithm} lost ${few} of the requests; ${worse.algorithm}, ${place}, lost ${share(failedShare(worse))}`;
}

function failedShare({ errors, requests }: AlgorithmResult): number {
  return errors / Math.max(1, requests);
}
