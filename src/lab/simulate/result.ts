import { createHistogram, mergeHistogram } from "../../shared/histogram.ts";
import { distributionOf } from "../report/distribution.ts";
import { endpointLoads } from "../report/endpoint-loads.ts";
import { jainIndex } from "../report/fairness.ts";
import type { AlgorithmResult, EndpointResult } from "../report/model.ts";
import { ratioInterval } from "../report/paired.ts";
import type { Measures } from "./measures.ts";
import type { Model } from "./model.ts";
import type { Simulation } from "./run.ts";
import type { Watch } from "./watch.ts";
import { rounded } from "../report/rounded.ts";
import { feltPercentile, responseTimeOf } from "../report/response-times.ts";

/** The figures of one algorithm from all its replications together, and how the one went that was watched. */
export function summarize(model: Model, runs: readonly Simulation[], watch: Watch): AlgorithmResult {
  const all = runs.map((run) => run.measures);
  const windowMs = total(all, (measures) => measures.toMs - measures.fromMs);
  const histogram = createHistogram();
  for (const measures of all) mergeHistogram(histogram, measures.responseTimes);
  const { timeline } = watch;
  const errors = total(all, (measures) => measures.errors);
  const endpoints = model.endpoints.map(
    ({ speed, weight }, i): EndpointResult => ({
      endpoint: runs[0]?.ids[i] ?? "",
      requests: total(all, (measures) => measures.requests[i] ?? 0),
      utilization: rounded(total(all, (measures) => measures.busyMs[i] ?? 0) / windowMs),
      offered: rounded(total(all, (measures) => measures.offeredMs[i] ?? 0) / windowMs),
      speed,
      weight,
    }),
  );
  return {
    algorithm: runs[0]?.algorithm.name ?? "",
    requests: histogram.count + errors,
    errors,
    throughput: rounded((total(all, (measures) => measures.finished) / windowMs) * 1000),
    responseTime: responseTimeOf(histogram),
    p99Interval: intervalOf(all),
    fairness: rounded(jainIndex(endpoints.map((endpoint) => endpoint.requests / endpoint.speed))),
    maxQueue: Math.max(...all.map((measures) => measures.maxQueue)),
    overloaded: endpoints.filter((endpoint, i) => isOverloaded(endpoint, i, all)).map(({ endpoint }) => endpoint),
    endpoints,
    distribution: distributionOf(histogram),
    timeline,
    endpointLoads: endpointLoads(endpoints, timeline.bounds.length - 1, (i, interval) => watch.inFlight(i, interval)),
  };
}

/**
 * Was an endpoint given more than it can do, beyond chance? In every replication, and over all of them clearly: the
 * work of m requests at random times scatters by about sqrt(2 / m) of itself where service times are exponential, and
 * 4 / sqrt(m) is nearly three times that.
 */
function isOverloaded({ offered, requests }: EndpointResult, index: number, all: readonly Measures[]): boolean {
  if (offered <= 1 + 4 / Math.sqrt(requests)) return false;
  return all.every(({ offeredMs, fromMs, toMs }) => (offeredMs[index] ?? 0) > toMs - fromMs);
}

function intervalOf(all: readonly Measures[]): AlgorithmResult["p99Interval"] {
  const interval = ratioInterval(all.map((measures) => feltPercentile(measures.responseTimes, measures.errors, 99)));
  return interval && { low: rounded(interval.low), high: rounded(interval.high) };
}

function total(all: readonly Measures[], of: (measures: Measures) => number): number {
  return all.reduce((sum, measures) => sum + of(measures), 0);
}
