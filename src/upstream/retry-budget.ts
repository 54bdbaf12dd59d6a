import type { Millis } from "../shared/clock.ts";

const SLICES = 10;
const SLICE_MS = 1_000;

/** Retries that are always allowed, per second of the window: a quiet service may retry too. */
export const MIN_RETRIES_PER_SECOND = 10;

/**
 * How many retries a service may bear: a share of the requests of the last ten seconds, plus ten a second.
 *
 * Retries multiply the load of a service just when it fails; a budget bounds the factor (1.2 by default) however many
 * attempts each request is allowed. Finagle's `RetryBudget` (ttl 10 s, minRetriesPerSec 10, percentCanRetry 0.2) and
 * the Gateway API's `retryConstraint` (GEP-3388). Kept in ten slices of a second, so that the window slides.
 */
export class RetryBudget {
  readonly #share: number;
  readonly #deposits = new Float64Array(SLICES);
  readonly #withdrawals = new Float64Array(SLICES);
  #slice = Number.NEGATIVE_INFINITY;

  /** @param share retries per request, as a fraction */
  constructor(share: number) {
    this.#share = share;
  }

  /** A request came (its first try). */
  deposit(now: Millis): void {
    this.#deposits[this.#advance(now)]! += 1;
  }

  /** Takes one retry out; false if the budget is spent. */
  tryWithdraw(now: Millis): boolean {
    const place = this.#advance(now);
    if (this.balance(now) < 1) return false;
    this.#withdrawals[place]! += 1;
    return true;
  }

  /** Retries left now. */
  balance(now: Millis): number {
    this.#advance(now);
    let requests = 0;
    let retries = 0;
    for (let place = 0; place < SLICES; place++) {
      requests += this.#deposits[place]!;
      retries += this.#withdrawals[place]!;
    }
    // The rounding keeps 5 × 20 % from being 0.9999… retries.
    const earned = Math.floor(requests * this.#share + 1e-9);
    return MIN_RETRIES_PER_SECOND * SLICES + earned - retries;
  }

  /** Empties the slices that the window has left behind; returns the place of the current one. */
  #advance(now: Millis): number {
    const slice = Math.floor(now / SLICE_MS);
    if (slice > this.#slice) {
      const stale = Math.min(SLICES, slice - this.#slice);
      for (let step = 0; step < stale; step++) {
        const place = placeOf(slice - step);
        this.#deposits[place] = 0;
        this.#withdrawals[place] = 0;
      }
      this.#slice = slice;
    }
    return placeOf(this.#slice);
  }
}

function placeOf(slice: number): number {
  return ((slice % SLICES) + SLICES) % SLICES;
}
