import { type Concurrency, estimateConcurrency, ranksOf } from "./concurrency.ts";
import { demandsOf, visitsOf } from "./demand.ts";
import type { RecordedService } from "./recorded-service.ts";
import type { Trace } from "./trace.ts";

/** An endpoint as it was recorded. */
export interface ReplayEndpoint {
  readonly id: string;
  readonly weight: number;
  /** How long it works on a request, in ms, from short to long. */
  readonly demands: Float64Array;
  /** Requests that it was seen with. Too few: `demands` are those of all endpoints. */
  readonly seen: number;
  /** The mean of the endpoints' mean demands ÷ its own: above 1 it is faster than most. */
  readonly speed: number;
}

/** What is replayed: the same for every algorithm. */
export interface ReplayModel {
  readonly trace: Trace;
  readonly endpoints: readonly ReplayEndpoint[];
  /** Of each request: how much work it is among those that its endpoint had, 0 to 1. The same at any endpoint. */
  readonly quantiles: Float64Array;
  readonly keys: readonly string[];
  readonly concurrency: Concurrency;
}

/** With fewer requests an endpoint is taken to be like the others. */
const LEAST_SEEN = 10;

/**
 * Learns from a record how long endpoints work on requests.
 *
 * Each endpoint has the times that were seen of it. A request that was longer than 90 % of what its endpoint had is
 * longer than 90 % anywhere (common random numbers), so that algorithms differ by where they send, not by chance; sent
 * where it was, it takes as long as it did.
 */
export function buildReplayModel(service: RecordedService, trace: Trace): ReplayModel {
  const members = membersOf(service, trace);
  const local = new Map(members.map(({ id }, i) => [id, i]));
  const place = service.endpoints.list.map((id) => local.get(id) ?? -1);
  const moved = { ...trace, endpoint: trace.endpoint.map((number) => place[number] ?? -1) };
  const visits = visitsOf(moved, members.length);
  const concurrency = estimateConcurrency(moved, visits);
  const demands = visits.map((each) => demandsOf(moved, each, concurrency.value));
  const all = Float64Array.from(demands.flatMap((each) => [...each])).sort();
  const quantiles = new Float64Array(trace.count).fill(0.5);
  visits.forEach((each, e) => {
    const own = demands[e] as Float64Array;
    const ranks = own.length < LEAST_SEEN ? own.map((ms) => rankIn(all, ms)) : ranksOf(own);
    each.forEach((request, i) => {
      quantiles[request] = ranks[i] as number;
    });
  });
  const sorted = demands.map((own) => (own.length < LEAST_SEEN ? all : own.toSorted()));
  const means = sorted.map(meanOf);
  const usual = means.reduce((sum, ms) => sum + ms, 0) / Math.max(1, means.length);
  const endpoints = members.map(({ id, weight }, e) => {
    const seen = demands[e]?.length ?? 0;
    return { id, weight, demands: sorted[e] as Float64Array, seen, speed: round(usual / (means[e] as number)) };
  });
  return { trace: moved, endpoints, quantiles, keys: service.keys.list, concurrency };
}

/** Those that were configured, and those that were found at run time. */
function membersOf({ configured, endpoints }: RecordedService, trace: Trace): { id: string; weight: number }[] {
  const members = (configured?.endpoints ?? []).map(({ id, weight }) => ({ id, weight }));
  const known = new Set(members.map(({ id }) => id));
  const used = new Set(trace.endpoint);
  endpoints.list.forEach((id, number) => {
    if (used.has(number) && !known.has(id)) members.push({ id, weight: 1 });
  });
  return members.filter(({ weight }) => weight > 0);
}

/** How long the endpoint works on a request of this rank, in ms. */
export function demandAt({ demands }: ReplayEndpoint, quantile: number): number {
  return demands[Math.min(demands.length - 1, Math.floor(quantile * demands.length))] as number;
}

function rankIn(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return (low + 0.5) / (sorted.length + 1);
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
