import type { AlgorithmResult } from "../../../src/lab/report/model.ts";

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
