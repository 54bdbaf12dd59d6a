import type { AlgorithmResult, BenchReport } from "../../../src/lab/report/model.ts";
import type { ReplayReport } from "../../../src/lab/report/replay-figures.ts";

/** A result of two endpoints, plausible but for what a test changes. */
export function resultOf(algorithm: string, changes: Partial<AlgorithmResult> = {}): AlgorithmResult {
  const endpoint = { requests: 500, utilization: 0.5, offered: 0.5, speed: 1, weight: 1 };
  return {
    algorithm,
    requests: 1000,
    errors: 0,
    throughput: 100,
    responseTime: { mean: 10, p50: 8, p90: 20, p99: 40, p999: 60, max: 80, unit: "ms" },
    p99Interval: { low: 39, high: 41 },
    fairness: 1,
    maxQueue: 5,
    overloaded: [],
    endpoints: [
      { ...endpoint, endpoint: "endpoint-1" },
      { ...endpoint, endpoint: "endpoint-2" },
    ],
    ...changes,
  };
}

/** A report in which the first of the results is the best, plausible but for what a test changes. */
export function reportWith(results: readonly AlgorithmResult[], changes: Partial<BenchReport> = {}): BenchReport {
  const [best = "", ...others] = results.map(({ algorithm }) => algorithm);
  return {
    schemaVersion: 1,
    mode: "simulate",
    scenario: "one-slow",
    setup: {
      summary: "one is slow",
      endpoints: 2,
      load: 0.7,
      serviceTime: "exp:10ms",
      arrivals: "poisson",
      replications: 8,
      warmup: 0.1,
    },
    seed: 1,
    requests: 1000,
    results,
    verdict: {
      winner: best,
      confidence: 0.95,
      reason: `${best} has the lowest p99.`,
      metric: "p99",
      leaders: [best],
      comparisons: others.map((algorithm) => ({ algorithm, ratio: 2, low: 1.5, high: 2.5 })),
    },
    ...changes,
  };
}

/** A replay in which least-conn was in use and the first of the results is the best, but for what a test changes. */
export function replayWith(results: readonly AlgorithmResult[], changes: Partial<ReplayReport> = {}): ReplayReport {
  const report = reportWith(results);
  const recorded = resultOf("least-conn", { throughput: 60, maxQueue: 2 });
  const setup = { service: "users", durationMs: 78_000, concurrency: null, blocks: 20, load: 1.024 };
  return {
    ...report,
    mode: "replay",
    scenario: "users",
    setup: { ...report.setup, serviceTime: "recorded", arrivals: "recorded", replications: 1, warmup: 0, ...setup },
    recorded: { ...recorded, responseTime: { ...recorded.responseTime, mean: 34, p99: 756 } },
    fit: { algorithm: "least-conn", replayed: recorded.responseTime, mean: 0.093, p99: -0.026, ok: true },
    notes: ["979 requests came to an endpoint while others were there."],
    cannotKnow: ["failures: nothing is tried again"],
    ...changes,
  };
}
