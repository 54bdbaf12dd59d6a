import type { Millis } from "../shared/clock.ts";

/** What an endpoint gets at the least while it warms up: some traffic is what warms it. */
export const LEAST_SHARE = 0.1;

/**
 * The part of its share that an endpoint gets which came back at `since`: from a tenth to the whole, growing evenly over
 * `window` (HAProxy's `slowstart`; Envoy's with aggression 1 and a minimum of 10 %).
 *
 * @returns a fraction; 1 when the window is over
 */
export function slowStartShare(since: Millis, window: Millis, now: Millis): number {
  const share = (now - since) / window;
  return share >= 1 ? 1 : Math.max(LEAST_SHARE, share);
}
