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
  /** What curves are drawn from. This and what follows is absent from reports of earlier versions. */
  readonly distribution?: Distribution;
  /** How it went; of several replications the first one's. */
  readonly timeline?: Timeline;
  /** Who got the requests, and what was waiting there; many endpoints are grouped. */
  readonly endpointLoads?: readonly EndpointLoad[];
}

/** Response times of the requests that were answered, at points that lie the closer the rarer they are. */
export interface Distribution {
  /** From 0 up to 100, which is the maximum. */
  readonly percents: readonly number[];
  /** So many percent were answered within this time. */
  readonly times: readonly number[];
  readonly unit: "ms";
}

/** A run cut into at most some tens of intervals, by when requests ended, the warm-up included. */
export interface Timeline {
  /** Where each interval begins, and where the last one ends, in ms from the beginning. */
  readonly bounds: readonly number[];
  /** What is before is not in any other figure. */
  readonly warmupMs: number;
  /** Answers a second. */
  readonly throughput: readonly number[];
  /** Response times in ms; null where nobody was answered. */
  readonly mean: readonly (number | null)[];
  readonly p50: readonly (number | null)[];
  readonly p99: readonly (number | null)[];
  /** Requests that got no answer, or an error. */
  readonly errors: readonly number[];
  /** Requests in progress, at all endpoints together. */
  readonly inFlight: readonly number[];
}

/** An endpoint, or several that are shown as one. */
export interface EndpointLoad {
  /** Its id; of a group, that of its busiest one. */
  readonly endpoint: string;
  /** How many they are. */
  readonly endpoints: number;
  /** Of all requests. */
  readonly share: number;
  /** What the share would be if each got what it can do. */
  readonly fairShare: number;
  /** Requests that were there in each interval of the timeline, on average over time and group; null if not known. */
  readonly inFlight: readonly number[] | null;
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
  /**
   * Whether it is response times or requests without an answer that set the best apart from the next. Absent from
   * reports of earlier versions.
   */
  readonly decidedBy?: "p99" | "failures";
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
