import { distributionOf } from "../report/distribution.ts";
import { jainIndex } from "../report/fairness.ts";
import type { LiveFigures, LiveResult } from "../report/live-figures.ts";
import type { EndpointResult } from "../report/model.ts";
import { pairedInterval } from "../report/paired.ts";
import type { Contest } from "../report/verdict.ts";
import type { Measures } from "../simulate/measures.ts";
import type { GatewayCounts } from "./bench-gateway.ts";
import type { LiveMeasures } from "./live-measures.ts";
import { liveLoads, liveTimeline } from "./live-timeline.ts";
import type { LivePlan } from "./plan.ts";
import { rounded } from "../report/rounded.ts";
import { feltPercentile, responseTimeOf } from "../report/response-times.ts";

/** All that is known of one algorithm's run. */
export interface LiveRun {
  readonly algorithm: string;
  readonly plan: LivePlan;
  readonly measures: LiveMeasures;
  /** Of synthetic endpoints. */
  readonly endpoints: Measures | undefined;
  readonly gateway: GatewayCounts;
  /** CPU time of both processes, in ms. */
  readonly cpuPerRequest: { readonly gateway: number; readonly generator: number };
}

/** The result of a run, and the p99 of each of its stretches for the verdict. */
export function summarizeLive(run: LiveRun): Contest & { readonly result: LiveResult } {
  const { measures, plan } = run;
  const windowMs = Math.max(measures.toMs - measures.fromMs, Number.MIN_VALUE);
  const endpoints = plan.own === undefined ? syntheticRows(run, windowMs) : ownRows(run);
  const p99s = measures.stretches.map(({ times, failed }) => feltPercentile(times, failed, 99));
  const result: LiveResult = {
    algorithm: run.algorithm,
    requests: measures.ended,
    errors: measures.failed,
    throughput: rounded((measures.finished / windowMs) * 1000),
    responseTime: responseTimeOf(measures.responseTimes),
    p99Interval: intervalOf(p99s),
    fairness: rounded(jainIndex(endpoints.map(({ requests, speed }) => requests / speed))),
    maxQueue: run.endpoints?.maxQueue ?? run.gateway.maxQueue,
    overloaded: endpoints.filter(isOverloaded).map(({ endpoint }) => endpoint),
    endpoints,
    distribution: distributionOf(measures.responseTimes),
    timeline: liveTimeline(measures),
    endpointLoads: liveLoads(measures, endpoints),
    live: liveFigures(run, windowMs),
  };
  return { result, p99s };
}

/** By how the stretches differ, as factors. */
function intervalOf(p99s: readonly number[]): LiveResult["p99Interval"] {
  const logarithms = p99s.map((p99) => Math.log(Math.max(p99, Number.MIN_VALUE)));
  const { low, high } = pairedInterval(
    logarithms.map(() => 0),
    logarithms,
  );
  return { low: rounded(Math.exp(low)), high: rounded(Math.exp(high)) };
}

function liveFigures({ plan, measures, cpuPerRequest }: LiveRun, windowMs: number): LiveFigures {
  const micros = (ms: number) => Math.round(ms * 10_000) / 10;
  return {
    loop: plan.loop,
    rate: { asked: plan.rate, offered: rounded(((measures.ended - 1) / windowMs) * 1000) },
    connections: plan.connections,
    late: {
      mean: rounded(measures.lateMs / Math.max(1, measures.ended)),
      max: rounded(measures.mostLateMs),
      unit: "ms",
    },
    failures: Object.fromEntries([...measures.failures].toSorted((a, b) => b[1] - a[1])),
    overhead: plan.own === undefined ? responseTimeOf(measures.overhead) : null,
    cpuPerRequest: { gateway: micros(cpuPerRequest.gateway), generator: micros(cpuPerRequest.generator), unit: "µs" },
    series: measures.series,
    intervalMs: measures.interval.lengthMs,
  };
}

function syntheticRows({ plan, measures, endpoints }: LiveRun, windowMs: number): EndpointResult[] {
  return (plan.model?.endpoints ?? []).map(({ speed, weight }, i) => ({
    endpoint: `endpoint-${i + 1}`,
    requests: measures.endpoints[i] ?? 0,
    utilization: rounded((endpoints?.busyMs[i] ?? 0) / windowMs),
    offered: rounded((endpoints?.offeredMs[i] ?? 0) / windowMs),
    speed,
    weight,
  }));
}

function ownRows({ plan, gateway }: LiveRun): EndpointResult[] {
  return (plan.own?.targets ?? []).map(({ url, weight }) => ({
    endpoint: url,
    requests: gateway.endpoints[url] ?? 0,
    utilization: Number.NaN,
    offered: Number.NaN,
    speed: 1,
    weight,
  }));
}

/** More work than it can do, beyond what chance does to the work of so many requests (as in a simulation). */
function isOverloaded({ offered, requests }: EndpointResult): boolean {
  return requests > 0 && offered > 1 + 4 / Math.sqrt(requests);
}
