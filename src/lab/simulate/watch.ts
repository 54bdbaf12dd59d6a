import { createHistogram, meanOf, percentile, resetHistogram } from "../../shared/histogram.ts";
import type { Timeline } from "../report/model.ts";
import type { Simulation } from "./run.ts";
import { rounded } from "../report/rounded.ts";

/** Into so many intervals a run is cut at most, and fewer where they would hold less than this many requests. */
const MOST_INTERVALS = 60;
const LEAST_REQUESTS = 20;
/** How often queues are looked at in an interval; less often where that would take longer than to simulate. */
const MOST_LOOKS = 16;
const MOST_READINGS = 2_000_000;

/**
 * Watches a run over time from the outside: it is told when to stop, is looked at, and goes on, so that nothing is paid
 * for each request but the entry of its response time. An interval is a number of arrivals and not a time: how long a
 * run will be nobody knows, bursts are seen in more detail, and every algorithm that meets the same arrivals has the
 * same bounds. It ends with the last arrival but one, for after the last the run goes on until all lines are empty.
 */
export class Watch {
  readonly #run: Simulation;
  readonly #total: number;
  readonly #intervals: number;
  readonly #looks: number;
  /** Requests seen at each endpoint, interval by interval, added up over the looks. */
  readonly #lengths: Float32Array;
  readonly #rows: Row[] = [];
  readonly #bounds: number[] = [0];
  readonly #lately = { responseTimes: createHistogram(), errors: 0 };
  #look = 0;

  /** @param total arrivals of the run */
  constructor(run: Simulation, total: number) {
    const endpoints = run.ids.length;
    this.#run = run;
    this.#total = total;
    this.#intervals = Math.min(MOST_INTERVALS, Math.max(1, Math.floor(total / LEAST_REQUESTS)));
    this.#looks = Math.max(1, Math.min(MOST_LOOKS, Math.floor(MOST_READINGS / (this.#intervals * endpoints))));
    this.#lengths = new Float32Array(this.#intervals * endpoints);
    run.measures.lately = this.#lately;
  }

  /** How many arrivals to simulate until the next look; Infinity after the last one. */
  get next(): number {
    return this.#due - this.#run.arrived;
  }

  get #due(): number {
    const looks = this.#intervals * this.#looks;
    if (this.#look >= looks) return Number.POSITIVE_INFINITY;
    return Math.min(this.#total - 1, Math.ceil(((this.#look + 1) * this.#total) / looks));
  }

  /** To be called when as many have arrived. */
  look(): void {
    const { arrived, now } = this.#run;
    while (arrived >= this.#due) this.#take(now);
  }

  #take(now: number): void {
    const interval = Math.floor(this.#look / this.#looks);
    const endpoints = this.#run.ids.length;
    const from = interval * endpoints;
    for (let i = 0; i < endpoints; i++) {
      this.#lengths[from + i] = (this.#lengths[from + i] as number) + this.#run.lengthAt(i);
    }
    this.#look++;
    if (this.#look % this.#looks === 0) this.#close(interval, now);
  }

  #close(interval: number, now: number): void {
    const { responseTimes, errors } = this.#lately;
    const seconds = Math.max(Number.MIN_VALUE, now - (this.#bounds.at(-1) as number)) / 1000;
    const at = (percent: number) => (responseTimes.count === 0 ? null : rounded(percentile(responseTimes, percent)));
    const endpoints = this.#run.ids.length;
    const seen = this.#lengths.subarray(interval * endpoints, (interval + 1) * endpoints);
    this.#rows.push({
      throughput: rounded(responseTimes.count / seconds),
      mean: responseTimes.count === 0 ? null : rounded(meanOf(responseTimes)),
      p50: at(50),
      p99: at(99),
      errors,
      inFlight: Math.round((seen.reduce((sum, length) => sum + length, 0) / this.#looks) * 100) / 100,
    });
    this.#bounds.push(rounded(now));
    resetHistogram(responseTimes);
    this.#lately.errors = 0;
    if (this.#rows.length === this.#intervals) this.#run.measures.lately = undefined;
  }

  /** What was seen. */
  get timeline(): Timeline {
    const column = <Key extends keyof Row>(key: Key): Row[Key][] => this.#rows.map((row) => row[key]);
    return {
      bounds: this.#bounds,
      warmupMs: rounded(this.#run.measures.fromMs),
      throughput: column("throughput"),
      mean: column("mean"),
      p50: column("p50"),
      p99: column("p99"),
      errors: column("errors"),
      inFlight: column("inFlight"),
    };
  }

  /** How many requests were at an endpoint in an interval, on average. */
  inFlight(endpoint: number, interval: number): number {
    return (this.#lengths[interval * this.#run.ids.length + endpoint] ?? 0) / this.#looks;
  }
}

/** An interval. */
interface Row {
  readonly throughput: number;
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly errors: number;
  readonly inFlight: number;
}
