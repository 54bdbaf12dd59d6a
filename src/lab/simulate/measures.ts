import { createHistogram, type Histogram, recordValue } from "../../shared/histogram.ts";

/**
 * What is seen of one run, its warm-up left out: response times of the requests that arrive in the window, and what
 * endpoints do while it lasts. The window opens with the first request after the warm-up and closes with the last
 * arrival, so that the emptying of the queues at the end is not taken for idleness.
 */
export interface Measures {
  readonly responseTimes: Histogram;
  /** Requests that arrived in the window, by endpoint. */
  readonly requests: Float64Array;
  /** Time in the window during which each endpoint worked, in ms. */
  readonly busyMs: Float64Array;
  /** Work given to each endpoint in the window, in ms of its own time. */
  readonly offeredMs: Float64Array;
  /** When each endpoint began the request that it works on. */
  readonly startedAt: Float64Array;
  /** Requests that were answered in the window, whenever they arrived. */
  finished: number;
  /** Requests that arrived in the window and got no answer, or an error. They have no response time. */
  errors: number;
  /** The most requests that were at one endpoint at once, the one it worked on included. */
  maxQueue: number;
  /** The window, in virtual ms. Both are Infinity until they are known. */
  fromMs: number;
  toMs: number;
  /** What ended lately, warm-up or not; only of runs that are watched over time. */
  lately: Lately | undefined;
}

/** Requests that have ended since this was last looked at. */
export interface Lately {
  readonly responseTimes: Histogram;
  errors: number;
}

/** Nothing seen yet. */
export function createMeasures(endpoints: number): Measures {
  return {
    responseTimes: createHistogram(),
    requests: new Float64Array(endpoints),
    busyMs: new Float64Array(endpoints),
    offeredMs: new Float64Array(endpoints),
    startedAt: new Float64Array(endpoints),
    finished: 0,
    errors: 0,
    maxQueue: 0,
    fromMs: Number.POSITIVE_INFINITY,
    toMs: Number.POSITIVE_INFINITY,
    lately: undefined,
  };
}

/** A request has been given to an endpoint, where `length` are now. */
export function measureStart(measures: Measures, endpoint: number, length: number, workMs: number): void {
  if (measures.fromMs === Number.POSITIVE_INFINITY) return;
  measures.offeredMs[endpoint] = (measures.offeredMs[endpoint] as number) + workMs;
  if (length > measures.maxQueue) measures.maxQueue = length;
}

/** An endpoint has ended the request that it began at `startedAt`. */
export function measureService(measures: Measures, endpoint: number, now: number): void {
  const from = Math.max(measures.startedAt[endpoint] as number, measures.fromMs);
  const to = Math.min(now, measures.toMs);
  if (to > from) measures.busyMs[endpoint] = (measures.busyMs[endpoint] as number) + to - from;
}

/** An endpoint with `workers` has worked on a request with one of them. */
export function measureWork(measures: Measures, endpoint: number, fromMs: number, toMs: number, workers: number): void {
  const from = Math.max(fromMs, measures.fromMs);
  const to = Math.min(toMs, measures.toMs);
  if (to > from) measures.busyMs[endpoint] = (measures.busyMs[endpoint] as number) + (to - from) / workers;
}

/**
 * A request is over, whether answered or not, and whether by an endpoint or (-1) by the gateway itself.
 * @param counts it came after the warm-up
 */
export function measureEnd(
  measures: Measures,
  endpoint: number,
  arrivedAt: number,
  now: number,
  ok: boolean,
  counts: boolean,
): void {
  if (ok && now >= measures.fromMs && now <= measures.toMs) measures.finished++;
  const { lately } = measures;
  if (lately !== undefined) {
    if (ok) recordValue(lately.responseTimes, now - arrivedAt);
    else lately.errors++;
  }
  if (!counts) return;
  if (endpoint >= 0) measures.requests[endpoint] = (measures.requests[endpoint] as number) + 1;
  if (ok) recordValue(measures.responseTimes, now - arrivedAt);
  else measures.errors++;
}

/** A request that arrived at `arrivedAt` has been answered. */
export function measureFinish(measures: Measures, endpoint: number, arrivedAt: number, now: number): void {
  if (now >= measures.fromMs && now <= measures.toMs) measures.finished++;
  if (measures.lately !== undefined) recordValue(measures.lately.responseTimes, now - arrivedAt);
  if (arrivedAt < measures.fromMs) return;
  measures.requests[endpoint] = (measures.requests[endpoint] as number) + 1;
  recordValue(measures.responseTimes, now - arrivedAt);
}
