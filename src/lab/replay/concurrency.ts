import { demandsOf, othersThere, type Visits } from "./demand.ts";
import type { Trace } from "./trace.ts";

/** How many requests an endpoint works on at once, and what that rests on. */
export interface Concurrency {
  /** Infinity: requests do not wait for one another. */
  readonly value: number;
  /** Requests that came while others were there. */
  readonly overlapping: number;
  /** The most requests that were ever seen at one endpoint at once. */
  readonly most: number;
}

/** Fewer say nothing about waiting. */
const LEAST_OVERLAPPING = 30;
/** Standard deviations: beyond it, it is not chance that requests took longer where more were there. */
const TELLING = 4;
const TRIED = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64, 96, 128, 192, 256];

/**
 * Estimates how many requests endpoints work on at once, one figure for all of a service, as they are instances of one
 * program. What is looked for is the number under which the work of a request does not depend on how many others were
 * there: with too small a number, those that came to many seem to be little work; with too large a one, their waiting
 * is taken for work.
 *
 * Claims nothing that the record does not show: without clear signs of waiting, none is assumed.
 */
export function estimateConcurrency(trace: Trace, visits: readonly Visits[]): Concurrency {
  const others = visits.map((each) => othersThere(trace, each));
  const overlapping = others.reduce((sum, each) => sum + each.reduce((count, n) => count + (n > 0 ? 1 : 0), 0), 0);
  const most = 1 + others.reduce((high, each) => each.reduce((a, b) => Math.max(a, b), high), 0);
  const dependence = (concurrency: number): number => {
    return standardScore(visits.map((each, e) => [demandsOf(trace, each, concurrency), others[e] as Float64Array]));
  };
  const unlimited = { value: Number.POSITIVE_INFINITY, overlapping, most };
  if (overlapping < LEAST_OVERLAPPING || dependence(Number.POSITIVE_INFINITY) < TELLING) return unlimited;
  let best = { value: 1, score: Number.POSITIVE_INFINITY };
  for (const value of TRIED) {
    if (value >= most) break;
    const score = Math.abs(dependence(value));
    if (score < best.score) best = { value, score };
  }
  return { value: best.value, overlapping, most };
}

/**
 * Does work go with the number of others? By ranks within each endpoint, so that neither a heavy tail nor a slow
 * endpoint decides; standard normal where they are independent.
 */
function standardScore(samples: readonly (readonly [demands: Float64Array, others: Float64Array])[]): number {
  let covariance = 0;
  let variance = 0;
  for (const [demands, others] of samples) {
    const ranks = ranksOf(demands);
    const mean = others.reduce((sum, n) => sum + n, 0) / Math.max(1, others.length);
    for (let i = 0; i < ranks.length; i++) {
      const apart = (others[i] as number) - mean;
      covariance += ((ranks[i] as number) - 0.5) * apart;
      variance += apart * apart;
    }
  }
  // Ranks between 0 and 1 have the variance 1/12.
  return variance === 0 ? 0 : covariance / Math.sqrt(variance / 12);
}

/** Of each value, the share of the values that are smaller, half of itself counted: above 0 and below 1. */
export function ranksOf(values: Float64Array): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort(
    (a, b) => (values[a] as number) - (values[b] as number),
  );
  const ranks = new Float64Array(values.length);
  for (let rank = 0; rank < order.length; rank++) ranks[order[rank] as number] = (rank + 0.5) / order.length;
  return ranks;
}
