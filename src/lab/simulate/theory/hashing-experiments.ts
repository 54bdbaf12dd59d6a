import type { Candidate, Env, Member, PickRequest } from "../../../balancing/algorithm.ts";
import { loadBound } from "../../../balancing/lib/cost.ts";
import { populateTable } from "../../../balancing/lib/maglev-table.ts";
import { createRing } from "../../../balancing/lib/ring.ts";
import { rosterOf } from "../../../balancing/lib/roster.ts";
import { createRng } from "../../../shared/rng.ts";
import { type Estimate, estimate } from "../../report/validation.ts";
import { createKeySource } from "../keys.ts";
import { contenderOf } from "./experiment.ts";

function members(count: number, name: string): Member[] {
  return Array.from({ length: count }, (_, i) => ({ id: `${name}-${i + 1}`, weight: 1 }));
}

interface Idle {
  readonly request: { -readonly [K in keyof PickRequest]: PickRequest[K] };
  readonly candidates: readonly Candidate[];
}

function idle(of: readonly Member[]): Idle {
  const candidates = of.map(({ id }) => ({ id, weight: 1, inFlight: 0, latencyMs: 0, peakMs: 0, latencyAt: 0 }));
  const byId = new Map(candidates.map((candidate) => [candidate.id, candidate]));
  return { candidates, request: { candidates, byId, key: undefined, exclude: undefined } };
}

/** Where an algorithm sends each key. */
function mapKeys(name: string, of: readonly Member[], keys: readonly string[], env: Env): string[] {
  const { algorithm, options } = contenderOf(name);
  const state = algorithm.init(of, options, env);
  const { request } = idle(of);
  return keys.map((key) => {
    request.key = key;
    return algorithm.pick(state, request, env) as string;
  });
}

/** The largest number of keys at one of `endpoints`, as many keys as endpoints, over `trials` sets of endpoints. */
export function measureLargestBin(algorithm: string, endpoints: number, trials: number, seed: number): Estimate {
  const env: Env = { now: 0, rng: createRng(seed) };
  const largest: number[] = [];
  for (let trial = 0; trial < trials; trial++) {
    const keys = Array.from({ length: endpoints }, (_, i) => `${seed}/${trial}/${i}`);
    const counts = new Map<string, number>();
    for (const id of mapKeys(algorithm, members(endpoints, `bin-${seed}-${trial}`), keys, env)) {
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    largest.push(Math.max(...counts.values()));
  }
  return estimate(largest);
}

/** The deviation of the shares of a ring, as a fraction of their mean, over `trials` sets of endpoints. */
export function measureRingShares(endpoints: number, points: number, trials: number, seed: number): Estimate {
  const deviations: number[] = [];
  for (let trial = 0; trial < trials; trial++) {
    const { hashes, owners } = createRing(members(endpoints, `ring-${seed}-${trial}`), points);
    const shares = new Float64Array(endpoints);
    let before = (hashes.at(-1) as number) - 2 ** 32;
    hashes.forEach((hash, i) => {
      const owner = owners[i] as number;
      shares[owner] = (shares[owner] as number) + (hash - before) / 2 ** 32;
      before = hash;
    });
    deviations.push(shares.reduce((sum, share) => sum + (share * endpoints - 1) ** 2, 0) / endpoints);
  }
  const { value, standardError } = estimate(deviations);
  // Of the root of the mean square: half of the relative error of the square.
  return { value: Math.sqrt(value), standardError: standardError / (2 * Math.sqrt(value)) };
}

/** What a change of members does to keys. */
export interface Disruption {
  /** Share of the keys that another endpoint has after one of them has left. */
  readonly moved: number;
  /** Those of them that the endpoint that left did not have. */
  readonly needlessly: number;
}

/** Lets one of `endpoints` leave, and sees which of the keys are then sent elsewhere. */
export function measureDisruption(algorithm: string, endpoints: number, keyCount: number, seed: number): Disruption {
  const env: Env = { now: 0, rng: createRng(seed) };
  const all = members(endpoints, `member-${seed}`);
  const gone = all[Math.floor(endpoints / 2)]?.id;
  const keys = Array.from({ length: keyCount }, (_, i) => `${seed}/${i}`);
  const before = mapKeys(algorithm, all, keys, env);
  const after = mapKeys(
    algorithm,
    all.filter(({ id }) => id !== gone),
    keys,
    env,
  );
  const moved = before.filter((id, i) => id !== after[i]);
  return {
    moved: moved.length / keyCount,
    needlessly: moved.filter((id) => id !== gone).length / keyCount,
  };
}

/** The largest share of Maglev's table by the smallest, among equal endpoints. */
export function measureTableShares(endpoints: number, size: number, seed: number): number {
  const shares = new Float64Array(endpoints);
  for (const owner of populateTable(rosterOf(members(endpoints, `table-${seed}`)), size)) {
    shares[owner] = (shares[owner] as number) + 1;
  }
  return Math.max(...shares) / Math.min(...shares);
}

/**
 * Bounded load under keys of which a few send most: the most that an endpoint ever held, by what it might hold then.
 * Requests come and go at random around `level` of them in flight.
 */
export function measureBound(endpoints: number, level: number, requests: number, seed: number): number {
  const { algorithm, options } = contenderOf("bounded-load");
  const { factor } = options as { factor: number };
  const env: Env = { now: 0, rng: createRng(seed) };
  const all = members(endpoints, "bounded");
  const state = algorithm.init(all, options, env);
  const { request, candidates } = idle(all);
  const nextKey = createKeySource({ count: 1000, skew: 1.2 });
  const flying: Candidate[] = [];
  let highest = 0;
  for (let i = 0; i < requests; i++) {
    request.key = nextKey(env.rng);
    const picked = request.byId.get(algorithm.pick(state, request, env) as string) as Candidate;
    picked.inFlight++;
    flying.push(picked);
    const bound = loadBound(factor, flying.length, 1, candidates.length);
    highest = Math.max(highest, picked.inFlight / bound);
    if (flying.length >= level) {
      const [ended] = flying.splice(i % flying.length, 1);
      if (ended !== undefined) ended.inFlight--;
    }
  }
  return highest;
}
