import type { Quota, RateAlgorithm, Standing } from "./rate-algorithm.ts";

/** A type and no interface: interfaces are not assignable to records. */
export type FixedWindowState = {
  start: number;
  count: number;
};

/**
 * At most `limit` requests in each window. A subject's window begins with its first request, so that not everybody's ends
 * at the same moment; after it has ended, the next request begins another one. Around the end of a window up to twice the
 * limit can pass within the length of one.
 *
 * Source: the textbook counter, as in Redis's documentation of INCR, "Pattern: Rate limiter 1".
 */
export const fixedWindow: RateAlgorithm<FixedWindowState> = {
  init: (now) => ({ start: now, count: 0 }),

  settle(state, { window }, now) {
    if (state.count === 0 || now < state.start) state.start = now;
    else if (now - state.start >= window) {
      state.start = now;
      state.count = 0;
    }
  },

  look(state, { limit, window }: Quota, now, standing: Standing) {
    const left = window - (now - state.start);
    standing.remaining = Math.max(limit - state.count, 0);
    standing.resetMs = state.count === 0 ? 0 : left;
    standing.retryMs = state.count < limit ? 0 : Math.ceil(left);
    standing.delayMs = 0;
  },

  charge(state) {
    state.count++;
  },

  used: ({ count }) => count,
};
