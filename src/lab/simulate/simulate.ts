import type { Algorithm } from "../../balancing/algorithm.ts";
import { ALGORITHMS, findAlgorithm } from "../../balancing/index.ts";
import { GatewayError } from "../../shared/errors/gateway-error.ts";
import { nearest } from "../../shared/nearest.ts";
import type { BenchReport } from "../report/model.ts";
import { type Contest, judge } from "../report/verdict.ts";
import { buildModel, type Model, type ScenarioChanges } from "./model.ts";
import { feltPercentile } from "../report/response-times.ts";
import { summarize } from "./result.ts";
import { type Contender, replicationSeed, type Simulation, WARMUP_SHARE } from "./run.ts";
import type { Scenario } from "./scenario.ts";
import { createSimulation } from "./simulation.ts";
import { findScenario, SCENARIOS } from "./scenarios/index.ts";
import { Watch } from "./watch.ts";

/** What to simulate. Everything has a default: all algorithms in the first scenario. */
export interface SimulateOptions extends ScenarioChanges {
  /** The name of a scenario, or one of your own. */
  readonly scenario?: string | Scenario | undefined;
  /** Names of algorithms, with options where the defaults are not what is meant; all unless given. */
  readonly algorithms?: readonly AlgorithmChoice[] | undefined;
  /** Same seed, same report, byte for byte. Default 1. */
  readonly seed?: number | undefined;
  /** Independent runs into which the requests are split, at least 2 for a verdict. Default: the scenario's. */
  readonly replications?: number | undefined;
  /** Called now and then, synchronously. */
  readonly onProgress?: ((progress: SimulateProgress) => void) | undefined;
}

/** An algorithm by its name, and its options: as one writes them in a config or, if `parsed`, as they come out of it. */
export type AlgorithmChoice =
  | string
  | { readonly name: string; readonly options?: unknown; readonly parsed?: boolean | undefined };

export interface SimulateProgress {
  readonly algorithm: string;
  /** Requests simulated so far, and in all, over all algorithms. */
  readonly done: number;
  readonly total: number;
}

const DEFAULT_SEED = 1;
/** Requests between two looks at the rest of the process: some tens of milliseconds. */
const SLICE = 50_000;

/** What is to be run, checked: a contest for each contender, in any order and anywhere. */
export interface Plan {
  readonly model: Model;
  readonly contenders: readonly Contender[];
  readonly seed: number;
  readonly replications: number;
}

/**
 * Compares balancing algorithms in virtual time: discrete events over the very files that balance live traffic.
 * Unless the scenario says otherwise an endpoint is one server, first in first out, with an unbounded queue and no
 * network delay. The event loop runs on in between.
 * @throws GatewayError GW0002 for an unknown name or a value that cannot be simulated
 */
export async function simulate(options: SimulateOptions = {}): Promise<BenchReport> {
  const plan = planSimulation(options);
  const progress = createProgress(options.onProgress, plan.model.requests * plan.contenders.length);
  const contests: Contest[] = [];
  for (const contender of plan.contenders) contests.push(await runContest(plan, contender, progress));
  return reportOf(plan, contests);
}

/**
 * What options come to.
 * @throws GatewayError GW0002 for an unknown name or a value that cannot be simulated
 */
export function planSimulation(options: SimulateOptions): Plan {
  const scenario = resolveScenario(options.scenario);
  const { seed = DEFAULT_SEED, replications = scenario.replications } = options;
  const model = buildModel(scenario, options);
  const contenders = resolveContenders(options.algorithms ?? ALGORITHMS.map(({ name }) => name));
  checkReplications(replications, model.requests);
  return { model, contenders, seed, replications };
}

/** All replications of one algorithm. @param progress told of requests that were simulated */
export async function runContest(
  { model, seed, replications }: Plan,
  contender: Contender,
  progress: (algorithm: string, requests: number) => void,
): Promise<Contest> {
  const runs: Simulation[] = [];
  let watch: Watch | undefined;
  for (let i = 0; i < replications; i++) {
    const requests = Math.floor(model.requests / replications) + (i < model.requests % replications ? 1 : 0);
    const run = createSimulation(model, contender, requests, replicationSeed(seed, i));
    // One is enough to show how it goes: where things happen by chance, an average of several would show nothing.
    const watched = i === 0 ? (watch = new Watch(run, requests)) : undefined;
    await finishRun(run, progress, watched);
    runs.push(run);
  }
  const p99s = runs.map(({ measures }) => feltPercentile(measures.responseTimes, measures.errors, 99));
  return { result: summarize(model, runs, watch as Watch), p99s };
}

async function finishRun(
  run: Simulation,
  progress: (algorithm: string, requests: number) => void,
  watch?: Watch,
): Promise<void> {
  for (let done = false; !done; ) {
    const before = run.arrived;
    while (!done && run.arrived - before < SLICE) {
      done = run.advance(Math.min(before + SLICE - run.arrived, watch?.next ?? SLICE));
      watch?.look();
    }
    progress(run.algorithm.name, run.arrived - before);
    await new Promise(setImmediate);
  }
}

/** The report and its verdict. @param contests one for each contender, in their order */
export function reportOf({ model, seed, replications }: Plan, contests: readonly Contest[]): BenchReport {
  return {
    schemaVersion: 1,
    mode: "simulate",
    scenario: model.scenario.name,
    setup: {
      summary: model.scenario.summary,
      endpoints: model.endpoints.length,
      load: model.load,
      serviceTime: model.serviceTime.spec,
      arrivals: model.arrivals.spec,
      replications,
      warmup: WARMUP_SHARE,
    },
    seed,
    requests: model.requests,
    results: contests.map((contest) => contest.result),
    verdict: judge(contests),
  };
}

function resolveScenario(scenario: string | Scenario | undefined): Scenario {
  if (typeof scenario === "object") return scenario;
  const names = SCENARIOS.map(({ name }) => name);
  const found = scenario === undefined ? SCENARIOS[0] : findScenario(scenario);
  if (found === undefined) throw unknownName("scenario", scenario ?? "", names);
  return found;
}

/**
 * Algorithms by their names, each once.
 * @throws GatewayError GW0002 for an unknown name, or options that cannot be used
 */
export function resolveContenders(choices: NonNullable<SimulateOptions["algorithms"]>): Contender[] {
  const contenders = new Map<string, Contender>();
  for (const choice of choices) {
    const { name, options = {}, parsed = false } = typeof choice === "string" ? { name: choice } : choice;
    const algorithm = findAlgorithm(name);
    if (algorithm === undefined)
      throw unknownName(
        "algorithm",
        name,
        ALGORITHMS.map((known) => known.name),
      );
    if (contenders.has(name)) continue;
    contenders.set(name, { algorithm, options: parsed ? options : parseOptions(algorithm, options) });
  }
  if (contenders.size === 0) throw new GatewayError("GW0002", "No algorithm is named: give at least one, or all.");
  return [...contenders.values()];
}

function parseOptions(algorithm: Algorithm, options: unknown): unknown {
  const parsed = algorithm.options.safeParse(options);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join(".") ?? "";
  throw new GatewayError("GW0002", `The options of ${algorithm.name} cannot be used: ${where} ${issue?.message ?? ""}`);
}

function unknownName(what: string, name: string, known: readonly string[]): GatewayError {
  const near = nearest(name, known);
  const hint = near === undefined ? `There are: ${known.join(", ")}.` : `Did you mean ${near}?`;
  return new GatewayError("GW0002", `There is no ${what} "${name}". ${hint}`);
}

function checkReplications(replications: number, requests: number): void {
  if (Number.isInteger(replications) && replications >= 1 && replications * 20 <= requests) return;
  const most = Math.floor(requests / 20);
  throw new GatewayError("GW0002", `Replications must be a whole number from 1 to ${most}, of 20 requests or more.`);
}

/** Adds up what is told of single algorithms. */
export function createProgress(onProgress: SimulateOptions["onProgress"], total: number) {
  let done = 0;
  return (algorithm: string, requests: number): void => {
    done += requests;
    onProgress?.({ algorithm, done, total });
  };
}
