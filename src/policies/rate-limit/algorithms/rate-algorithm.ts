import type { Millis } from "../../../shared/clock.ts";

/** How much may pass. */
export interface Quota {
  /** Requests in each window. */
  readonly limit: number;
  readonly window: Millis;
  /** Of a token bucket, what it holds; of a leaky bucket, how many requests may wait. Windows do not look at it. */
  readonly capacity: number;
}

/** How one subject stands with one rule. */
export interface Standing {
  /** Whether the request that was asked for may pass. */
  allowed: boolean;
  /** Whole requests that may still follow at once. */
  remaining: number;
  /** Until nothing of what has passed counts any more. */
  resetMs: Millis;
  /** Until the next request may pass; 0: at once. */
  retryMs: Millis;
  /** How long the request must be held back before it goes on. */
  delayMs: Millis;
}

/** What has passed of one subject: plain data that can be copied with `{ ...state }`. */
export type CounterState = Record<string, number>;

/**
 * A way of counting. Pure: the time is an argument. Every call but `init` comes after `settle` at the same time.
 *
 * Time only counts where it goes forward: when the clock steps back, no quota is gained by it, and nobody is locked out
 * until it has caught up.
 */
export interface RateAlgorithm<State extends CounterState = CounterState> {
  /** Nothing has passed yet. */
  init(now: Millis): State;
  /** Brings what is known up to `now`. Called twice, it does nothing the second time. */
  settle(state: State, quota: Quota, now: Millis): void;
  /** How one more request would fare: all of `standing` but `allowed` is written. */
  look(state: State, quota: Quota, now: Millis, standing: Standing): void;
  /** One request passes; `look` has said that it may. */
  charge(state: State, quota: Quota): void;
  /** How much counts now, to compare subjects of one rule; 0 if the state is as good as a new one. */
  used(state: State): number;
}

/** A standing to be written to. */
export function createStanding(): Standing {
  return { allowed: true, remaining: 0, resetMs: 0, retryMs: 0, delayMs: 0 };
}
