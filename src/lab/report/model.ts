/**
 * The one result of every kind of bench: what `bench --json` prints, what tables and pages are drawn from, and what a
 * later run is compared with. Fields may be added, never renamed.
 */
export interface BenchReport {
  readonly schemaVersion: 1;
  /** Where the figures come from. */
  readonly mode: "simulate";
  readonly scenario: string;
  /** What was simulated, with every change to the scenario applied. */
  readonly setup: BenchSetup;
  readonly seed: number;
  /** Requests sent through each algorithm, all replications together, the warm-up included. */
  readonly requests: number;
  /** In the order in which the algorithms were asked for. */
  readonly results: readonly AlgorithmResult[];
  readonly verdict: Verdict;
}

export interface BenchSetup {
  readonly summary: string;
  readonly endpoints: number;
  readonly load: number;
  readonly serviceTime: string;
  readonly arrivals: string;
  /** Independent runs with different chance, the same for every algorithm. */
  readonly replications: number;
  /** The share of each run, at its beginning, that was not measured. */
  readonly warmup: number;
}

export interface AlgorithmResult {
  readonly algorithm: string;
  /** Measured requests. */
  readonly requests: number;
  /** Those of them that got no answer, or an error. */
  readonly errors: number;
  /** Requests ended per second. */
  readonly throughput: number;
  readonly responseTime: ResponseTime;
  /** Holds the true p99 in 95 of 100 experiments, by how it differs between replications; null after a single one. */
  readonly p99Interval: { readonly low: number; readonly high: number } | null;
  /** Jain's index over requests ÷ speed of each endpoint: 1 if each gets what it can do, 1/n if one gets all. */
  readonly fairness: number;
  /** The most requests that were at one endpoint at once, the one it worked on included. */
  readonly maxQueue: number;
  /** Endpoints that were given more work than they can do, beyond chance: their queues, and these figures, grow with the run. */
  readonly overloaded: readonly string[];
  readonly endpoints: readonly EndpointResult[];
}

export interface ResponseTime {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  readonly unit: "ms";
}

export interface EndpointResult {
  readonly endpoint: string;
  readonly requests: number;
  /** Share of the time during which it worked. */
  readonly utilization: number;
  /** Work it was given ÷ what it could do in that time; above 1 it falls behind. */
  readonly offered: number;
  readonly speed: number;
  readonly weight: number;
}

export interface Verdict {
  /** The algorithm that did best beyond chance; null if several did equally well. */
  readonly winner: string | null;
  /** Of the intervals on which the verdict rests. */
  readonly confidence: number;
  /** For a colleague: who did best, by how much, and what it did that others did not. */
  readonly reason: string;
  /** What was compared. */
  readonly metric: "p99";
  /** Those who did best: the winner alone, or all between whom chance decides. */
  readonly leaders: readonly string[];
  /** Every other algorithm against the one with the lowest figure, from near to far. */
  readonly comparisons: readonly Comparison[];
}

export interface Comparison {
  readonly algorithm: string;
  /** Its figure ÷ the lowest one, and the interval that holds the true ratio with the confidence of the verdict. */
  readonly ratio: number;
  readonly low: number;
  /** Null if there is no bound, as after a single replication. */
  readonly high: number | null;
}
