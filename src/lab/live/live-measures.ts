import type { Millis } from "../../shared/clock.ts";
import {
  createHistogram,
  type Histogram,
  meanOf,
  percentile,
  recordValue,
  resetHistogram,
} from "../../shared/histogram.ts";
import type { LiveInterval } from "../report/live-figures.ts";
import type { Request } from "./request.ts";
import { rounded } from "../report/rounded.ts";

/** Into so many stretches of equal length the measured time is cut: what chance does shows in how they differ. */
export const STRETCHES = 8;

/** Intervals of a series are as short as leaves about so many of them. */
const INTERVALS_MS: readonly Millis[] = [100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 60_000];
const MOST_INTERVALS = 100;

/** A piece of the measured time. */
export interface Stretch {
  readonly times: Histogram;
  failed: number;
}

/** What the load generator sees; its memory does not grow with the requests, only with the intervals. */
export interface LiveMeasures {
  /** Response times of measured requests. */
  readonly responseTimes: Histogram;
  /** The same by stretch, in the order of when they were meant to leave, with those that failed. */
  readonly stretches: readonly Stretch[];
  /** Response time less the time at the endpoint: what gateway, sockets and this client take. Synthetic endpoints only. */
  readonly overhead: Histogram;
  /** Answers by synthetic endpoint. */
  readonly endpoints: Float64Array;
  /** Measured requests that failed, by why: "HTTP 503", "reset" … */
  readonly failures: Map<string, number>;
  /** Measured requests that have ended, however. */
  ended: number;
  /** Ended well within the window. */
  finished: number;
  failed: number;
  /** Requests, warm-up included, that have left. */
  sent: number;
  /** How late the measured ones left, at most and in all, in ms: waiting for a free connection, or this process being busy. */
  lateMs: number;
  mostLateMs: number;
  /** When the first and the last measured request were meant to leave. Infinity until known. */
  fromMs: Millis;
  toMs: Millis;
  /** How long the window will be, about: stretches are parts of it. */
  plannedMs: Millis;
  /** When the load began. */
  readonly begunMs: Millis;
  readonly series: LiveInterval[];
  /** For each interval of the series, how long in all its answered requests were at each synthetic endpoint, in ms. */
  readonly sojourns: Float64Array[];
  readonly interval: {
    startMs: Millis;
    readonly lengthMs: Millis;
    readonly times: Histogram;
    failed: number;
    sent: number;
    sojourns: Float64Array;
  };
}

/** @param plannedMs how long the measured part will be, about */
export function createLiveMeasures(endpoints: number, startMs: Millis, plannedMs: Millis): LiveMeasures {
  return {
    responseTimes: createHistogram(),
    stretches: Array.from({ length: STRETCHES }, () => ({ times: createHistogram(), failed: 0 })),
    overhead: createHistogram(),
    endpoints: new Float64Array(endpoints),
    failures: new Map(),
    ended: 0,
    finished: 0,
    failed: 0,
    sent: 0,
    lateMs: 0,
    mostLateMs: 0,
    fromMs: Number.POSITIVE_INFINITY,
    toMs: Number.POSITIVE_INFINITY,
    plannedMs,
    begunMs: startMs,
    series: [],
    sojourns: [],
    interval: {
      startMs,
      lengthMs: INTERVALS_MS.find((lengthMs) => plannedMs <= lengthMs * MOST_INTERVALS) ?? plannedMs / MOST_INTERVALS,
      times: createHistogram(),
      failed: 0,
      sent: 0,
      sojourns: new Float64Array(endpoints),
    },
  };
}

/** A request has left. */
export function measureSent(measures: LiveMeasures, request: Request, now: Millis): void {
  measures.sent++;
  measures.interval.sent++;
  if (!request.measured) return;
  const late = Math.max(0, now - request.intendedAt);
  measures.lateMs += late;
  measures.mostLateMs = Math.max(measures.mostLateMs, late);
}

/** A request was answered well. */
export function measureAnswer(measures: LiveMeasures, request: Request, now: Millis): void {
  const took = now - request.intendedAt;
  rollInterval(measures, now);
  recordValue(measures.interval.times, took);
  if (!request.measured) return;
  measures.ended++;
  if (now <= measures.toMs) measures.finished++;
  recordValue(measures.responseTimes, took);
  recordValue(stretchOf(measures, request).times, took);
}

/** A request ended with an error: it has no response time, as an error that comes at once is not fast. */
export function measureFailure(measures: LiveMeasures, request: Request, why: string, now: Millis): void {
  rollInterval(measures, now);
  measures.interval.failed++;
  if (!request.measured) return;
  measures.ended++;
  measures.failed++;
  measures.failures.set(why, (measures.failures.get(why) ?? 0) + 1);
  stretchOf(measures, request).failed++;
}

function stretchOf({ stretches, fromMs, plannedMs }: LiveMeasures, { intendedAt }: Request): Stretch {
  const stretch = Math.floor(((intendedAt - fromMs) / plannedMs) * STRETCHES);
  return stretches[Math.min(Math.max(stretch, 0), STRETCHES - 1)] as Stretch;
}

/** Closes the intervals that are over. */
export function rollInterval({ interval, series, sojourns }: LiveMeasures, now: Millis): void {
  while (now >= interval.startMs + interval.lengthMs) {
    closeInterval(interval, series);
    sojourns.push(interval.sojourns);
    interval.sojourns = new Float64Array(interval.sojourns.length);
    interval.startMs += interval.lengthMs;
  }
}

function closeInterval(interval: LiveMeasures["interval"], series: LiveInterval[]): void {
  const { times, failed, sent, lengthMs } = interval;
  series.push({
    atMs: series.length * lengthMs,
    sent,
    answered: times.count,
    failed,
    mean: rounded(meanOf(times)),
    p50: rounded(percentile(times, 50)),
    p99: rounded(percentile(times, 99)),
    max: rounded(times.max),
  });
  resetHistogram(times);
  interval.failed = interval.sent = 0;
}
