import type { AlgorithmResult, BenchReport, BenchSetup, ResponseTime } from "./model.ts";

/** What `bench --live` reports: a report as of a simulation, and what only a live run has. */
export interface LiveReport extends Omit<BenchReport, "mode" | "setup" | "results"> {
  readonly mode: "live";
  readonly setup: LiveSetup;
  readonly results: readonly LiveResult[];
}

/** What is `null` is not known: of the user's own service, how much work a request is. */
export interface LiveSetup extends Omit<BenchSetup, "load" | "serviceTime"> {
  readonly load: number | null;
  readonly serviceTime: string | null;
  /** The user's own service; `null` with synthetic endpoints. */
  readonly service: string | null;
  readonly loop: LoadLoop;
  /** Requests a second; `null` in a closed loop. */
  readonly rate: number | null;
  readonly connections: number;
  readonly durationMs: number;
  /** Parts of each run that the verdict compares, instead of replications. */
  readonly stretches: number;
}

/** Of the user's own endpoints, `utilization` and `offered` are not known: NaN here, `null` in JSON. */
export interface LiveResult extends AlgorithmResult {
  /** Holds the true p99 in 95 of 100 experiments, by how it differs between stretches. */
  readonly p99Interval: { readonly low: number; readonly high: number } | null;
  readonly live: LiveFigures;
}

/** How the load was made. */
export type LoadLoop = "open" | "closed";

/** What is known of an algorithm's live run beside what a simulated one has, too. */
export interface LiveFigures {
  readonly loop: LoadLoop;
  /** Requests a second that were to leave, and that were meant to in the end (chance included); `null` in a closed loop. */
  readonly rate: { readonly asked: number | null; readonly offered: number };
  readonly connections: number;
  /** How long after its time a measured request left; all of that counts in its response time. */
  readonly late: { readonly mean: number; readonly max: number; readonly unit: "ms" };
  /** Measured requests that failed, by why: "HTTP 503", "connect", "reset", "protocol", "timeout". */
  readonly failures: Readonly<Record<string, number>>;
  /** Response time less the time at the endpoint: gateway, sockets and client. Only with synthetic endpoints. */
  readonly overhead: ResponseTime | null;
  /** CPU time of the gateway's process for each request, in µs; the load generator's (and synthetic endpoints') beside it. */
  readonly cpuPerRequest: { readonly gateway: number; readonly generator: number; readonly unit: "µs" };
  /** The whole run, warm-up included, by when requests ended. */
  readonly series: readonly LiveInterval[];
  /** How long an interval of the series is, in ms. */
  readonly intervalMs: number;
}

/** A piece of the time series; times in ms. */
export interface LiveInterval {
  /** Since the load began. */
  readonly atMs: number;
  readonly sent: number;
  readonly answered: number;
  readonly failed: number;
  readonly mean: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}
