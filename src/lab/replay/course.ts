import { createHistogram, meanOf, percentile, recordValue } from "../../shared/histogram.ts";
import type { Timeline } from "../report/model.ts";
import type { ReplayModel } from "./replay-model.ts";
import { rounded } from "../report/rounded.ts";

/** Into so many intervals a record is cut at most, and fewer where they would hold less than this many requests. */
const MOST_INTERVALS = 60;
const LEAST_REQUESTS = 20;

/**
 * How it went over time, replayed or recorded: equal intervals from the first arrival to the last one, the same for
 * every algorithm. What ends later is in none of them, for nothing comes there any more.
 */
export class Course {
  readonly #intervals: number;
  readonly #endpoints: number;
  readonly #lengthMs: number;
  readonly #responseTimes;
  readonly #errors: Float64Array;
  /** Time that requests spent in each interval, at all endpoints and at each, in ms. */
  readonly #spent: Float64Array;
  readonly #spentAt: Float64Array;

  constructor({ trace, endpoints }: Pick<ReplayModel, "trace" | "endpoints">) {
    this.#intervals = Math.min(MOST_INTERVALS, Math.max(1, Math.floor(trace.count / LEAST_REQUESTS)));
    this.#endpoints = endpoints.length;
    this.#lengthMs = Math.max(1, trace.pickedAt[trace.count - 1] ?? 0) / this.#intervals;
    this.#responseTimes = Array.from({ length: this.#intervals }, createHistogram);
    this.#errors = new Float64Array(this.#intervals);
    this.#spent = new Float64Array(this.#intervals);
    this.#spentAt = new Float64Array(this.#intervals * endpoints.length);
  }

  /** A request that was answered. @param endpoint its place; negative if it is none of the model's */
  add(endpoint: number, fromMs: number, toMs: number): void {
    const histogram = this.#responseTimes[this.#intervalAt(toMs)];
    if (histogram !== undefined) recordValue(histogram, toMs - fromMs);
    const last = Math.min(this.#intervals - 1, this.#intervalAt(toMs));
    for (let interval = this.#intervalAt(fromMs); interval <= last; interval++) {
      const begin = interval * this.#lengthMs;
      const spent = Math.max(0, Math.min(toMs, begin + this.#lengthMs) - Math.max(fromMs, begin));
      this.#spent[interval] = (this.#spent[interval] as number) + spent;
      if (endpoint < 0) continue;
      const place = interval * this.#endpoints + endpoint;
      this.#spentAt[place] = (this.#spentAt[place] as number) + spent;
    }
  }

  /** A request that failed; one that did so after the last arrival counts there, or it would be seen nowhere. */
  fail(atMs: number): void {
    const interval = Math.min(this.#intervals - 1, this.#intervalAt(atMs));
    this.#errors[interval] = (this.#errors[interval] as number) + 1;
  }

  #intervalAt(ms: number): number {
    return Math.max(0, Math.floor(ms / this.#lengthMs));
  }

  get timeline(): Timeline {
    const times = this.#responseTimes;
    const at = (percent: number) => times.map((each) => (each.count === 0 ? null : rounded(percentile(each, percent))));
    return {
      bounds: Array.from({ length: this.#intervals + 1 }, (_, i) => rounded(i * this.#lengthMs)),
      warmupMs: 0,
      throughput: times.map(({ count }) => rounded((count / this.#lengthMs) * 1000)),
      mean: times.map((each) => (each.count === 0 ? null : rounded(meanOf(each)))),
      p50: at(50),
      p99: at(99),
      errors: [...this.#errors],
      inFlight: Array.from(this.#spent, (ms) => Math.round((ms / this.#lengthMs) * 100) / 100),
    };
  }

  /** How many requests were at an endpoint in an interval, on average over time. */
  inFlight(endpoint: number, interval: number): number {
    return (this.#spentAt[interval * this.#endpoints + endpoint] ?? 0) / this.#lengthMs;
  }
}
