import type { RateAlgorithm } from "./rate-algorithm.ts";

export type LeakyBucketState = {
  /** What is in the bucket, in requests times ms of the window. */
  held: number;
  at: number;
};

/**
 * Requests leave one by one, `limit` of them in each window, evenly: who comes early is held back until it is its turn.
 * Up to `capacity` requests may wait; beyond that they are refused. So endpoints never see a burst. The turn of a client
 * that goes away while it waits is not given to another.
 *
 * Source: nginx, ngx_http_limit_req_module without `nodelay`: its excess is `held`, its `burst` is `capacity`.
 */
export const leakyBucket: RateAlgorithm<LeakyBucketState> = {
  init: (now) => ({ held: 0, at: now }),

  settle(state, { limit }, now) {
    if (now > state.at) state.held = Math.max(state.held - (now - state.at) * limit, 0);
    state.at = now;
  },

  look({ held }, { limit, window, capacity }, _now, standing) {
    const room = capacity * window - held;
    standing.remaining = room < 0 ? 0 : Math.floor(room / window) + 1;
    standing.resetMs = held / limit;
    standing.retryMs = room < 0 ? Math.ceil(-room / limit) : 0;
    standing.delayMs = room < 0 ? 0 : held / limit;
  },

  charge(state, { window }) {
    state.held += window;
  },

  used: ({ held }) => held,
};
