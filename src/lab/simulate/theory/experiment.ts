import { findAlgorithm } from "../../../balancing/index.ts";
import { meanOf, percentile } from "../../../shared/histogram.ts";
import { type Estimate, estimate } from "../../report/validation.ts";
import { buildModel, type Model } from "../model.ts";
import type { Conditions, EndpointConditions } from "../living/conditions.ts";
import type { Contender, Simulation } from "../run.ts";
import { defineScenario } from "../scenario.ts";
import { createSimulation } from "../simulation.ts";

/** The mean service time of every experiment; theory counts in units of it. */
export const UNIT_MS = 10;

/** Equal endpoints under one algorithm. */
export interface Queues {
  readonly algorithm: string;
  readonly endpoints: number;
  readonly rho: number;
  /** Exponential unless given. */
  readonly serviceTime?: string;
  /** Poisson unless given. */
  readonly arrivals?: string;
  /** What each endpoint is like beyond its speed; `rho` is of all its workers together. */
  readonly each?: EndpointConditions;
  readonly conditions?: Conditions;
}

/** Response times in ms, from independent replications. */
export interface Measured {
  readonly mean: Estimate;
  readonly p99: Estimate;
  /** Share of the requests that were refused. */
  readonly refused: Estimate;
}

/** How long to look: requests of each of so many independent replications. */
export interface Effort {
  readonly seed: number;
  readonly replications: number;
  readonly requests: number;
}

/** Runs an experiment; other work of the process goes on meanwhile. */
export async function measureQueues(queues: Queues, effort: Effort): Promise<Measured> {
  return measuredIn(await replicate(queues, contenderOf(queues.algorithm), effort));
}

/**
 * The same, and the share of endpoints with `i` requests or more for each i from 1 to `longest`, as arrivals find them:
 * those of a Poisson process see averages over time (Wolff, PASTA, 1982). One arrival in 500 looks at all endpoints.
 */
export async function measureTail(
  queues: Queues,
  longest: number,
  effort: Effort,
): Promise<Measured & { readonly tail: readonly Estimate[] }> {
  const runs: Simulation[] = [];
  const seen: number[][] = [];
  for (let i = 0; i < effort.replications; i++) {
    const counts = new Float64Array(longest + 1);
    const contender = watched(contenderOf(queues.algorithm), counts, effort.requests / 5);
    runs.push(await runOnce(queues, contender, effort, i));
    seen.push(Array.from(counts.subarray(1), (count) => count / (counts[0] as number)));
  }
  const tail = Array.from({ length: longest }, (_, i) => estimate(seen.map((shares) => shares[i] as number)));
  return { ...measuredIn(runs), tail };
}

const LOOK_EVERY = 500;

/** The algorithm, and before some of its picks, from one on, a look at the queues: `counts[i]` endpoints had i or more. */
function watched({ algorithm, options }: Contender, counts: Float64Array, from: number): Contender {
  let arrivals = 0;
  return {
    options,
    algorithm: {
      ...algorithm,
      pick(state, request, env) {
        arrivals++;
        if (arrivals > from && arrivals % LOOK_EVERY === 0) {
          for (const { inFlight } of request.candidates) {
            const most = Math.min(inFlight, counts.length - 1);
            for (let i = 0; i <= most; i++) counts[i] = (counts[i] as number) + 1;
          }
        }
        return algorithm.pick(state, request, env);
      },
    },
  };
}

/** An algorithm of the registry under its defaults. */
export function contenderOf(name: string): Contender {
  const algorithm = findAlgorithm(name);
  if (algorithm === undefined) throw new Error(`There is no algorithm ${name}`);
  return { algorithm, options: algorithm.options.parse({}) };
}

function modelOf(
  { endpoints, rho, serviceTime, arrivals, each, conditions }: Queues,
  { requests, replications }: Effort,
): Model {
  return buildModel(
    defineScenario({
      name: "theory",
      summary: "equal endpoints",
      purpose: "Where closed forms are known.",
      endpoints: [{ ...each, count: endpoints, speed: 1 }],
      load: rho,
      serviceTime: serviceTime ?? `exp:${UNIT_MS}ms`,
      arrivals: arrivals ?? "poisson",
      keys: { count: 1000, skew: 0 },
      requests,
      replications,
      conditions,
    }),
  );
}

async function replicate(queues: Queues, contender: Contender, effort: Effort): Promise<Simulation[]> {
  const runs: Simulation[] = [];
  for (let i = 0; i < effort.replications; i++) runs.push(await runOnce(queues, contender, effort, i));
  return runs;
}

async function runOnce(queues: Queues, contender: Contender, effort: Effort, replication: number): Promise<Simulation> {
  const seed = `${effort.seed}/${replication}/${Object.values(queues).join("/")}`;
  const run = createSimulation(modelOf(queues, effort), contender, effort.requests, seed);
  while (!run.advance(50_000)) await new Promise(setImmediate);
  return run;
}

function measuredIn(runs: readonly Simulation[]): Measured {
  return {
    mean: estimate(runs.map(({ measures }) => meanOf(measures.responseTimes))),
    p99: estimate(runs.map(({ measures }) => percentile(measures.responseTimes, 99))),
    refused: estimate(runs.map(({ measures: { errors, responseTimes } }) => errors / (errors + responseTimes.count))),
  };
}
