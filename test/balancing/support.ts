import type { Algorithm, Candidate, EndpointId, Env, PickRequest } from "../../src/balancing/algorithm.ts";
import { findAlgorithm } from "../../src/balancing/index.ts";
import { createRng } from "../../src/shared/rng.ts";

/** A candidate with nothing measured and nothing in flight. */
export function candidate(id: EndpointId, weight = 1, rest: Partial<Candidate> = {}): Candidate {
  return { id, weight, inFlight: 0, latencyMs: 0, peakMs: 0, latencyAt: 0, ...rest };
}

/** Candidates from `{ a: 5, b: 1 }`: id and weight. */
export function weighted(weights: Readonly<Record<EndpointId, number>>): Candidate[] {
  return Object.entries(weights).map(([id, weight]) => candidate(id, weight));
}

/** `count` candidates of weight 1 that are called as endpoints are in practice. */
export function fleet(count: number): Candidate[] {
  return Array.from({ length: count }, (_, i) => candidate(`http://10.0.${i >> 8}.${i & 255}:8080`));
}

export function requestFor(
  candidates: readonly Candidate[],
  key?: string,
  exclude?: readonly EndpointId[],
): PickRequest {
  return { candidates, byId: new Map(candidates.map((each) => [each.id, each])), key, exclude };
}

export function envOf(seed: number | string = 1, now = 0): Env {
  return { now, rng: createRng(seed) };
}

export function algorithmNamed(name: string): Algorithm {
  const found = findAlgorithm(name);
  if (found === undefined) throw new Error(`no algorithm ${name}`);
  return found;
}

/** An algorithm at work on members, for tests that only want to pick. */
export function start(name: string, members: readonly Candidate[], options: object = {}, env = envOf()) {
  const algorithm = algorithmNamed(name);
  const state = algorithm.init(members, algorithm.options.parse(options), env);
  return {
    algorithm,
    state,
    env,
    pick: (request: PickRequest): EndpointId | undefined => algorithm.pick(state, request, env),
  };
}

/** How often each id was picked in `count` calls. */
export function tally(count: number, pick: (i: number) => EndpointId | undefined): Map<EndpointId, number> {
  const counts = new Map<EndpointId, number>();
  for (let i = 0; i < count; i++) {
    const id = pick(i) ?? "nobody";
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

/** Where each of `keys` belongs. */
export function placement(name: string, members: readonly Candidate[], keys: readonly string[], options = {}) {
  const { pick } = start(name, members, options);
  const request = requestFor(members);
  return new Map(keys.map((key) => [key, pick({ ...request, key })]));
}

export function keysOf(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `user-${i}`);
}

/**
 * The χ² statistic of observed counts and its critical value at p = 0.001, by Wilson and Hilferty's approximation
 * (1931): df · (1 − 2/(9·df) + z·√(2/(9·df)))³ with z = 3.0902, the normal quantile of 0.999.
 */
export function chiSquare(observed: readonly number[], expected: readonly number[]) {
  const statistic = observed.reduce((sum, count, i) => sum + (count - expected[i]!) ** 2 / expected[i]!, 0);
  const step = 2 / (9 * (observed.length - 1));
  const critical = (observed.length - 1) * (1 - step + 3.0902 * Math.sqrt(step)) ** 3;
  return { statistic, critical };
}

/** Four standard deviations of a binomial count: a right implementation exceeds it once in 16,000 seeds. */
export function tolerance(trials: number, probability: number): number {
  return 4 * Math.sqrt(trials * probability * (1 - probability));
}
