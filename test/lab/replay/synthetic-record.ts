import type { Candidate } from "../../../src/balancing/algorithm.ts";
import { findAlgorithm } from "../../../src/balancing/index.ts";
import { recordOf, type TrafficRecord } from "../../../src/lab/replay/read-record.ts";
import { createRng, nextFloat, type Rng } from "../../../src/shared/rng.ts";

export interface SyntheticOptions {
  readonly algorithm: string;
  readonly requests: number;
  /** Mean work in ms, exponential, of each endpoint. */
  readonly meanMs: readonly number[];
  /** How many requests an endpoint works on at once, first come, first served. */
  readonly concurrency: number;
  readonly gapMs: number;
  readonly seed?: string;
  /** Work at each endpoint; exponential by default. */
  readonly work?: (rng: Rng, meanMs: number) => number;
  readonly keys?: number;
}

export interface Truth {
  readonly lines: string[];
  /** Response times in ms, sorted. */
  readonly tookMs: number[];
}

const exponential = (rng: Rng, meanMs: number): number => -Math.log(1 - nextFloat(rng)) * meanMs;

/**
 * Traffic of which everything is known, as a gateway would have recorded it: written without any of the code that
 * replays, so that both can be held against each other.
 */
export function synthesize(options: SyntheticOptions): Truth {
  const {
    algorithm: name,
    requests,
    meanMs,
    concurrency,
    gapMs,
    seed = "truth",
    work = exponential,
    keys = 500,
  } = options;
  const rng = createRng(seed);
  const algorithm = findAlgorithm(name);
  if (algorithm === undefined) throw new Error(name);
  const env = { now: 0, rng: createRng(`${seed}/algorithm`) };
  const candidates: Candidate[] = meanMs.map((_, i) => {
    return { id: `http://localhost:${4001 + i}`, weight: 1, inFlight: 0, latencyMs: 0, peakMs: 0, latencyAt: 0 };
  });
  const byId = new Map(candidates.map((candidate) => [candidate.id, candidate]));
  const state = algorithm.init(candidates, algorithm.options.parse({}), env);
  const servers = meanMs.map(() => (concurrency === Infinity ? [] : Array.from({ length: concurrency }, () => 0)));
  let ends: { end: number; candidate: Candidate }[] = [];
  const endpoints = candidates.map(({ id, weight }) => ({ id, weight }));
  const lines = [
    '{"gatewayctl":"traffic record","version":1,"session":"abc","startedAt":"2026-01-31T12:00:00.000Z"}',
    JSON.stringify({ by: "abc-1", at: 0, services: { users: { algorithm: { name, options: {} }, endpoints } } }),
  ];
  const tookMs: number[] = [];
  for (let i = 0; i < requests; i++) {
    const now = env.now + exponential(rng, gapMs);
    for (const over of ends.filter(({ end }) => end <= now).sort((a, b) => a.end - b.end)) {
      env.now = over.end;
      over.candidate.inFlight--;
      algorithm.onFinish?.(state, over.candidate.id, "ok", env);
    }
    ends = ends.filter(({ end }) => end > now);
    env.now = now;
    const key = `k${Math.floor(nextFloat(rng) * keys)}`;
    const id = algorithm.pick(state, { candidates, byId, key, exclude: undefined }, env) ?? "";
    const index = candidates.findIndex((candidate) => candidate.id === id);
    const candidate = candidates[index] as Candidate;
    algorithm.onStart?.(state, id, env);
    const others = candidate.inFlight++;
    const lanes = servers[index] as number[];
    const lane = lanes.indexOf(Math.min(...lanes));
    const begin = lane < 0 ? now : Math.max(now, lanes[lane] as number);
    const end = begin + work(rng, meanMs[index] as number);
    if (lane >= 0) lanes[lane] = end;
    ends.push({ end, candidate });
    tookMs.push(end - now);
    lines.push(lineOf({ at: now, took: end - now, endpoint: id, algorithm: name, key, inFlight: others }));
  }
  return { lines, tookMs: tookMs.sort((a, b) => a - b) };
}

export interface LineFacts {
  readonly at: number;
  readonly took: number;
  readonly endpoint: string | null;
  readonly algorithm?: string;
  readonly key?: string;
  readonly inFlight?: number;
  readonly service?: string;
  readonly status?: number;
  readonly code?: string | null;
}

/** A line of an exchange. @param facts with times in ms */
export function lineOf({
  at,
  took,
  key = "k",
  inFlight = 0,
  service = "users",
  status = 200,
  code = null,
  ...rest
}: LineFacts): string {
  const us = Math.round(took * 1000);
  return JSON.stringify({
    ...{ by: "abc-1", at: Math.round(at * 1000), service, route: service, method: "GET", path: "/" },
    ...{ algorithm: "round-robin", ...rest, key, inFlight, attempts: 1, status, code },
    ...{ wait: 0, head: us, took: us, total: us },
  });
}

/** As if read from a file. */
export function recordFrom(lines: readonly string[]): Promise<TrafficRecord> {
  return recordOf(chunksOf(`${lines.join("\n")}\n`), "traffic.ndjson");
}

export async function* chunksOf(text: string | Buffer, size = 65_536): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

/** The value below which `percent` of the sorted values are. */
export function quantileOf(sorted: readonly number[], percent: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor((percent / 100) * sorted.length))] as number;
}
