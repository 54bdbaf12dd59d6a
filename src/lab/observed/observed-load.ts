import type { EndpointTimes } from "../../upstream/observed-times.ts";
import { quantilesOf } from "./quantiles.ts";

/** Fewer answers than this say little of how fast an endpoint is. */
export const ENOUGH_ANSWERS = 20;
/** Times that stand for the distribution: one for every fiftieth of the answers. */
const TIMES = 50;
/** From this part of all that single workers could do, endpoints must be working on several requests at once. */
const ONE_AT_ONCE = 0.9;
/** What they are then taken to be loaded with. */
const SEVERAL_AT_ONCE = 0.8;
const LEAST_LOAD = 0.0001;

/** An endpoint as it was observed: what a report says of it, so that a run can be repeated. */
export interface ObservedEndpoint {
  readonly endpoint: string;
  readonly answers: number;
  /** Null where too few answers came: then it is as fast as the others are on average. */
  readonly meanMs: number | null;
}

/** What observed answers come to in a simulation. Plain JSON. */
export interface ObservedLoad {
  /** Of endpoints with enough of them. */
  readonly answers: number;
  readonly requestsPerSecond: number;
  readonly endpoints: readonly ObservedEndpoint[];
  /** As `parseServiceTime` reads it: how long a request takes an endpoint of speed 1. */
  readonly serviceTime: string;
  /** In the order of the endpoints. */
  readonly speeds: readonly number[];
  /** How many requests each works on at once. */
  readonly concurrency: number;
  /** What arrived ÷ what they can do. */
  readonly load: number;
}

/**
 * Service times, speeds and load from what a gateway has observed of endpoints; `undefined` if it has seen too little of
 * every one. The same observations give the same numbers.
 *
 * Speeds are those of the mean times. The form of the distribution is that of all endpoints together, each in parts of
 * its own mean, so that a slow endpoint does not pass for a slow request. Waiting inside an endpoint is in its times and
 * cannot be told apart.
 */
export function observedLoad(observed: readonly EndpointTimes[]): ObservedLoad | undefined {
  const known = observed.filter(({ answers, meanMs }) => answers >= ENOUGH_ANSWERS && meanMs > 0);
  if (known.length === 0) return undefined;
  const answers = sum(known.map((each) => each.answers));
  const meanMs = sum(known.map((each) => each.meanMs * each.answers)) / answers;
  const times = shapeOf(known, answers).map((part) => Number((part * meanMs).toPrecision(4)));
  const unitMs = sum(times) / times.length;
  const means = observed.map((each) => (known.includes(each) ? each.meanMs : null));
  const speeds = means.map((mean) => Number((unitMs / (mean ?? meanMs)).toPrecision(4)));
  const perMs = sum(observed.map((each) => each.answers)) / Math.max(1, ...observed.map(({ overMs }) => overMs));
  const busy = (perMs * unitMs) / sum(speeds);
  const concurrency = busy < ONE_AT_ONCE ? 1 : Math.ceil(busy / SEVERAL_AT_ONCE);
  return {
    answers,
    requestsPerSecond: Number((perMs * 1000).toPrecision(4)),
    endpoints: observed.map(({ endpoint, answers: got }, i) => ({ endpoint, answers: got, meanMs: means[i] ?? null })),
    serviceTime: `empirical:${times.map((ms) => `${ms}ms`).join(",")}`,
    speeds,
    concurrency,
    load: Math.max(LEAST_LOAD, Number((busy / concurrency).toPrecision(3))),
  };
}

/** Quantiles in parts of the mean, of all endpoints together, each weighed by its answers. */
function shapeOf(known: readonly EndpointTimes[], answers: number): number[] {
  const shape = Array.from({ length: TIMES }, () => 0);
  for (const each of known) {
    const quantiles = quantilesOf(each, TIMES);
    const mean = sum(quantiles) / TIMES;
    quantiles.forEach((ms, i) => {
      shape[i] = (shape[i] as number) + ((ms / mean) * each.answers) / answers;
    });
  }
  return shape;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
