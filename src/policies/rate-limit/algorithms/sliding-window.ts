import type { Quota, RateAlgorithm } from "./rate-algorithm.ts";

export type SlidingWindowState = {
  /** Of the current window. */
  start: number;
  current: number;
  previous: number;
};

/**
 * At most `limit` requests in the window that ends now, as estimated from two counts: all of the current window, and of
 * the one before it the share that the sliding window still covers, as if its requests had come evenly. So two numbers do
 * for what an exact log needs a time stamp per request for. Traffic that is uneven on purpose can pass up to twice the
 * limit within one window's length; the estimate itself never exceeds the limit.
 *
 * Source: Cloudflare, "How we built rate limiting capable of scaling to millions of domains" (2017), which measured that
 * 0.003 % of 400 million requests were decided otherwise than by a log.
 */
export const slidingWindow: RateAlgorithm<SlidingWindowState> = {
  init: (now) => ({ start: now, current: 0, previous: 0 }),

  settle(state, { window }, now) {
    if (now < state.start) state.start = now;
    const elapsed = now - state.start;
    if (elapsed < window) return;
    const next = elapsed < 2 * window;
    state.previous = next ? state.current : 0;
    state.current = 0;
    state.start = next ? state.start + window : now;
  },

  look(state, quota, now, standing) {
    const { limit, window } = quota;
    const { current, previous } = state;
    const elapsed = now - state.start;
    // In requests times ms, so that whole numbers stay whole. What is left of a request is room for one.
    const room = (limit - current) * window - previous * (window - elapsed);
    standing.remaining = Math.max(Math.ceil(room / window), 0);
    standing.retryMs = room > 0 ? 0 : Math.floor(untilRoom(state, quota) - elapsed) + 1;
    standing.resetMs = current > 0 ? 2 * window - elapsed : previous > 0 ? window - elapsed : 0;
    standing.delayMs = 0;
  },

  charge(state) {
    state.current++;
  },

  used: ({ current, previous }) => current + previous,
};

/** How long after the current window's start there begins to be room, if no request comes before. */
function untilRoom({ current, previous }: SlidingWindowState, { limit, window }: Quota): number {
  if (current < limit) return window - ((limit - current) * window) / previous;
  return 2 * window - (limit * window) / current;
}
