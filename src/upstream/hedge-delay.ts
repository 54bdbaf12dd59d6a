import type { Millis } from "../shared/clock.ts";
import { createHistogram, type Histogram, mergeHistogram, percentile, recordValue } from "../shared/histogram.ts";

/** When a second try starts: after so long, or after what this part of recent tries took at most. */
export type HedgeAfter = { readonly ms: Millis } | { readonly percentile: number };

/** How much of the past a percentile looks back at: the present slice of time and the one before. */
const SLICE: Millis = 30_000;
/** On fewer tries than this, a percentile says little. */
const ENOUGH = 50;
/** How often the percentile is worked out anew. */
const REFRESH: Millis = 1_000;

/** How long the first try of a service is waited for before a second one starts. */
export class HedgeDelay {
  readonly #after: HedgeAfter;
  #now: Histogram = createHistogram();
  #before: Histogram = createHistogram();
  #sliceSince: Millis;
  #knownAt: Millis = Number.NEGATIVE_INFINITY;
  #known: Millis | undefined;

  constructor(after: HedgeAfter, now: Millis) {
    this.#after = after;
    this.#sliceSince = now;
  }

  /** A try took so long, to its response head. */
  record(latencyMs: Millis, now: Millis): void {
    if ("ms" in this.#after || latencyMs < 0) return;
    this.#turn(now);
    recordValue(this.#now, latencyMs);
  }

  /** In ms; `undefined` while too little is known. */
  at(now: Millis): Millis | undefined {
    if ("ms" in this.#after) return this.#after.ms;
    if (now - this.#knownAt < REFRESH) return this.#known;
    this.#turn(now);
    const both = createHistogram();
    mergeHistogram(both, this.#now);
    mergeHistogram(both, this.#before);
    this.#knownAt = now;
    this.#known = both.count < ENOUGH ? undefined : percentile(both, this.#after.percentile * 100);
    return this.#known;
  }

  #turn(now: Millis): void {
    if (now - this.#sliceSince < SLICE) return;
    this.#before = now - this.#sliceSince < 2 * SLICE ? this.#now : createHistogram();
    this.#now = createHistogram();
    this.#sliceSince = now;
  }
}
