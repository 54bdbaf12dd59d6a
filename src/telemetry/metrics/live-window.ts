import type { Millis } from "../../shared/clock.ts";
import {
  createHistogram,
  type Histogram,
  mergeHistogram,
  percentile,
  recordValue,
  resetHistogram,
} from "../../shared/histogram.ts";

/** How things are now, for `status`. */
export interface LiveSummary {
  /** Since the start. */
  readonly requests: number;
  /** Of `requests`, those answered with 500 or more. */
  readonly errors: number;
  /** Requests that ended per second, over the last 10 s. */
  readonly requestsPerSecond: number;
  /** Of the last 10 to 20 s; null if nothing ended in that time. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** What a summary is made of; of several processes, one summary is made of all of theirs. */
export interface LiveCounts extends Pick<LiveSummary, "requests" | "errors" | "requestsPerSecond"> {
  /** Of the last 10 to 20 s, in ms. Good until the next call: it is used again. */
  readonly durations: Histogram;
}

/** Counts and durations of the last seconds. */
export interface LiveWindow {
  record(status: number, durationMs: Millis, now: Millis): void;
  counts(now: Millis): LiveCounts;
}

const WINDOW_SECONDS = 10;
/** One slot a second; more than the window, so that the slot being written is never one being read. */
const SLOTS = 16;

/** A window that begins at `startedAt`, on the same clock as every `now`. Recording allocates nothing. */
export function createLiveWindow(startedAt: Millis): LiveWindow {
  const slots = new Float64Array(SLOTS);
  let second = Math.floor(startedAt / 1_000);
  let requests = 0;
  let errors = 0;
  const recent = createTurns(second);

  const advance = (now: Millis): void => {
    const current = Math.floor(now / 1_000);
    if (current <= second) return;
    const passed = Math.min(current - second, SLOTS);
    for (let step = 0; step < passed; step++) slots[(current - step) % SLOTS] = 0;
    second = current;
    recent.advance(second);
  };

  return {
    record(status, durationMs, now) {
      advance(now);
      requests++;
      if (status >= 500) errors++;
      const slot = second % SLOTS;
      slots[slot] = (slots[slot] as number) + 1;
      recordValue(recent.current, durationMs);
    },
    counts(now) {
      advance(now);
      let inWindow = 0;
      for (let back = 0; back < WINDOW_SECONDS; back++) inWindow += slots[(second - back + SLOTS) % SLOTS] as number;
      // The second in progress counts with the part of it that has passed.
      const covered = WINDOW_SECONDS - 1 + Math.max(now / 1_000 - second, 0);
      const elapsed = Math.max(Math.min(covered, (now - startedAt) / 1_000), 1);
      return { requests, errors, requestsPerSecond: inWindow / elapsed, durations: recent.merged() };
    },
  };
}

/**
 * One summary of all. Counts and rates add up; quantiles do not, so they are read from the histograms put together.
 * `before` is what processes counted that have ended.
 */
export function summarizeLive(
  all: readonly LiveCounts[],
  before: Pick<LiveCounts, "requests" | "errors"> = { requests: 0, errors: 0 },
): LiveSummary {
  const durations = createHistogram();
  let { requests, errors } = before;
  let requestsPerSecond = 0;
  for (const counts of all) {
    requests += counts.requests;
    errors += counts.errors;
    requestsPerSecond += counts.requestsPerSecond;
    mergeHistogram(durations, counts.durations);
  }
  const quantile = (percent: number) => (durations.count === 0 ? null : round(percentile(durations, percent)));
  return {
    requests,
    errors,
    requestsPerSecond: Math.round(requestsPerSecond * 10) / 10,
    p50Ms: quantile(50),
    p99Ms: quantile(99),
  };
}

interface Turns {
  readonly current: Histogram;
  advance(second: number): void;
  /** Both, in one that is used again. */
  merged(): Histogram;
}

/** Two histograms that take turns every window, so that together they always cover at least the last one. */
function createTurns(startSecond: number): Turns {
  let current = createHistogram();
  let before = createHistogram();
  const both = createHistogram();
  let since = startSecond;
  return {
    get current() {
      return current;
    },
    advance(second) {
      if (second - since < WINDOW_SECONDS) return;
      if (second - since >= 2 * WINDOW_SECONDS) resetHistogram(current);
      [current, before] = [before, current];
      resetHistogram(current);
      since = second;
    },
    merged() {
      resetHistogram(both);
      mergeHistogram(both, current);
      mergeHistogram(both, before);
      return both;
    },
  };
}

function round(ms: Millis): Millis {
  return Math.round(ms * 100) / 100;
}
