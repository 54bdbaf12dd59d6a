import type { RateAlgorithm } from "./rate-algorithm.ts";

export type TokenBucketState = {
  /** What is missing in the bucket, in tokens times ms of the window: whole numbers as long as times are. */
  spent: number;
  at: number;
};

/**
 * A bucket of `capacity` tokens that begins full; `limit` of them come back in each window, evenly. A request takes one.
 * In any time t, at most capacity + limit × t / window requests pass.
 *
 * Source: J. S. Turner, "New directions in communications (or which way to the information age?)", IEEE Communications
 * Magazine 24 (10), 1986; as a meter in RFC 2697 section 3. What is kept is the bucket's hole instead of its filling,
 * which is the virtual scheduling of ITU-T I.371 Annex A: a subject without a past is simply 0.
 */
export const tokenBucket: RateAlgorithm<TokenBucketState> = {
  init: (now) => ({ spent: 0, at: now }),

  settle(state, { limit }, now) {
    if (now > state.at) state.spent = Math.max(state.spent - (now - state.at) * limit, 0);
    state.at = now;
  },

  look({ spent }, { limit, window, capacity }, _now, standing) {
    const room = capacity * window - spent;
    standing.remaining = Math.max(Math.floor(room / window), 0);
    standing.resetMs = spent / limit;
    standing.retryMs = room >= window ? 0 : Math.ceil((window - room) / limit);
    standing.delayMs = 0;
  },

  charge(state, { window }) {
    state.spent += window;
  },

  used: ({ spent }) => spent,
};
