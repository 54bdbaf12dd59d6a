import { createHistogram, type Histogram, recordValue } from "../../shared/histogram.ts";
import { distributionOf } from "../report/distribution.ts";
import { endpointLoads } from "../report/endpoint-loads.ts";
import { jainIndex } from "../report/fairness.ts";
import type { AlgorithmResult, Comparison, EndpointResult } from "../report/model.ts";
import type { Contest } from "../report/verdict.ts";
import { responseTimeOf } from "../report/response-times.ts";
import { type Draws, drawnInterval, drawnP99s, merged } from "./bootstrap.ts";
import { Course } from "./course.ts";
import type { ReplayModel } from "./replay-model.ts";
import { blockOf, type ReplayRun } from "./replay-run.ts";
import { rounded } from "../report/rounded.ts";

/** A result, and its p99 in each draw of the record's blocks; `undefined` where there are too few to draw from. */
export interface ReplayContest extends Contest {
  readonly drawn: Float64Array | undefined;
}

/** What a replay came to. */
export function replayContest(model: ReplayModel, algorithm: string, run: ReplayRun, draws?: Draws): ReplayContest {
  const { requests, workMs, maxQueue, blocks, course } = run;
  const windowMs = Math.max(1, run.endedAt);
  return contestOf({ model, algorithm, blocks, course, requests, workMs, maxQueue, windowMs, errors: 0 }, draws);
}

/** What was measured, by the same blocks. */
export function recordedContest(model: ReplayModel, algorithm: string, count: number, draws?: Draws): ReplayContest {
  const { trace, endpoints } = model;
  const blocks = Array.from({ length: count }, createHistogram);
  const course = new Course(model);
  const requests = new Float64Array(endpoints.length);
  let windowMs = 1;
  for (let i = 0; i < trace.count; i++) {
    const tookMs = trace.tookMs[i] as number;
    recordValue(blocks[blockOf(i, trace.count, count)] as Histogram, tookMs);
    const [pickedAt, endpoint] = [trace.pickedAt[i] as number, trace.endpoint[i] as number];
    windowMs = Math.max(windowMs, pickedAt + tookMs);
    course.add(endpoint, pickedAt, pickedAt + tookMs);
    if (endpoint >= 0) requests[endpoint] = (requests[endpoint] as number) + 1;
  }
  const workMs = Float64Array.from(endpoints, ({ demands }, e) => mean(demands) * (requests[e] as number));
  for (const at of trace.failedAt) course.fail(at);
  const { failed: errors } = trace;
  const { most: maxQueue } = model.concurrency;
  return contestOf({ model, algorithm, blocks, course, requests, workMs, maxQueue, windowMs, errors }, draws);
}

interface Figures {
  readonly model: ReplayModel;
  readonly algorithm: string;
  readonly blocks: readonly Histogram[];
  readonly course: Course;
  readonly requests: Float64Array;
  readonly workMs: Float64Array;
  readonly maxQueue: number;
  readonly windowMs: number;
  readonly errors: number;
}

function contestOf(figures: Figures, draws: Draws | undefined): ReplayContest {
  const { model, algorithm, blocks, course, requests, workMs, maxQueue, windowMs, errors } = figures;
  const all = merged(blocks);
  const responseTime = responseTimeOf(all);
  const drawn = draws && drawnP99s(blocks, draws);
  const interval = drawn && drawnInterval(drawn);
  const limit = model.concurrency.value;
  const lanes = limit === Number.POSITIVE_INFINITY ? 1 : limit;
  const lastArrivalMs = Math.max(1, model.trace.pickedAt[model.trace.count - 1] ?? 0);
  const endpoints = model.endpoints.map(({ id, weight, speed }, e): EndpointResult => {
    const work = (workMs[e] as number) / lanes;
    const [utilization, offered] = [rounded(work / windowMs), rounded(work / lastArrivalMs)];
    return { endpoint: id, requests: requests[e] as number, utilization, offered, speed, weight };
  });
  const { timeline } = course;
  const result: AlgorithmResult = {
    algorithm,
    requests: all.count + errors,
    errors,
    throughput: rounded((all.count / windowMs) * 1000),
    responseTime,
    p99Interval: interval === undefined ? null : { low: rounded(interval.low), high: rounded(interval.high) },
    fairness: rounded(jainIndex(endpoints.map((endpoint) => endpoint.requests / endpoint.speed))),
    maxQueue,
    overloaded:
      limit === Number.POSITIVE_INFINITY ? [] : endpoints.filter(isOverloaded).map(({ endpoint }) => endpoint),
    endpoints,
    distribution: distributionOf(all),
    timeline,
    endpointLoads: endpointLoads(endpoints, timeline.bounds.length - 1, (e, i) => course.inFlight(e, i)),
  };
  return { result, p99s: [responseTime.p99], drawn };
}

/** Was it given more than it can do, beyond chance? As in simulations. */
function isOverloaded({ offered, requests }: EndpointResult): boolean {
  return offered > 1 + 4 / Math.sqrt(requests);
}

/** By how their p99s differ in the same draws. */
export function compareDrawn(best: ReplayContest, other: ReplayContest): Comparison {
  const { algorithm } = other.result;
  const [least, most] = [best.result.responseTime.p99, other.result.responseTime.p99];
  const ratio = rounded(most / Math.max(least, Number.MIN_VALUE));
  const { drawn } = other;
  if (best.drawn === undefined || drawn === undefined) return { algorithm, ratio, low: 0, high: null };
  const { low, high } = drawnInterval(best.drawn.map((p99, i) => (drawn[i] as number) / p99));
  return { algorithm, ratio, low: rounded(low), high: rounded(high) };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
