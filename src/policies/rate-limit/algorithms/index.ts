import { fixedWindow } from "./fixed-window.ts";
import { leakyBucket } from "./leaky-bucket.ts";
import type { RateAlgorithm } from "./rate-algorithm.ts";
import { slidingWindow } from "./sliding-window.ts";
import { tokenBucket } from "./token-bucket.ts";

/** Every way of counting, by its name in the config. */
export const RATE_ALGORITHMS = {
  "fixed-window": fixedWindow,
  "sliding-window": slidingWindow,
  "token-bucket": tokenBucket,
  "leaky-bucket": leakyBucket,
} as const;

export type RateAlgorithmName = keyof typeof RATE_ALGORITHMS;

/** The algorithm of that name, its own kind of state hidden: whoever keeps states gets them from `init` alone. */
export function rateAlgorithm(name: RateAlgorithmName): RateAlgorithm {
  return RATE_ALGORITHMS[name];
}
