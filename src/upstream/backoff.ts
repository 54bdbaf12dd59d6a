import type { Millis } from "../shared/clock.ts";
import type { Rng } from "../shared/rng.ts";
import { nextFloat } from "../shared/rng.ts";

/** The ceiling of the delay stops doubling at this many times `backoff`. */
const MAX_FACTOR = 10;

/**
 * How long to wait before a retry, in ms.
 *
 * Full jitter: uniform in [0, min(10 × base, base × 2^retry)) — Brooker, "Exponential Backoff And Jitter" (AWS
 * Architecture Blog, 2015); 25 ms up to 250 ms are Envoy's figures. The first retry *elsewhere* after a lost connection
 * waits not at all: the other endpoint had no part in the failure, and the client is waiting.
 *
 * @param retry 0 for the first retry
 * @param immediate the try failed in its connection, and another endpoint is there
 */
export function backoffDelay(retry: number, immediate: boolean, base: Millis, rng: Rng): Millis {
  if (retry === 0 && immediate) return 0;
  return nextFloat(rng) * Math.min(MAX_FACTOR * base, base * 2 ** retry);
}
