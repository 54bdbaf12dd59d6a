import type { Algorithm } from "../../balancing/algorithm.ts";
import { type Clock, type Millis, systemClock } from "../../shared/clock.ts";
import type { LiveReport } from "../report/live-figures.ts";
import { judge } from "../report/verdict.ts";
import type { Scenario } from "../simulate/scenario.ts";
import { Agenda } from "./agenda.ts";
import { benchConfig } from "./bench-config.ts";
import type { BenchGateway, GatewayCounts, StartGateway } from "./bench-gateway.ts";
import { findContenders, findLiveScenario } from "./contenders.ts";
import { createForkGateway } from "./fork-gateway.ts";
import { type LiveMeasures, STRETCHES } from "./live-measures.ts";
import { summarizeLive } from "./live-result.ts";
import { Load } from "./load.ts";
import { MEASURED_FIELD } from "./marks.ts";
import { type LivePlan, type PlanOptions, planLoad } from "./plan.ts";
import { type Stall, SyntheticEndpoints } from "./synthetic-endpoints.ts";
import { checkTargets, type Target } from "./targets.ts";
import { createLiveTraffic } from "./traffic.ts";
import { rounded } from "../report/rounded.ts";

/** What load to send. Everything has a default: all algorithms, in the first scenario, before synthetic endpoints. */
export interface LiveOptions extends PlanOptions {
  /** The name of a scenario, or one of your own. Of it only the keys count with a service of your own. */
  readonly scenario?: string | Scenario | undefined;
  /** Names of algorithms; all unless given. */
  readonly algorithms?: readonly string[] | undefined;
  /** Same seed, same requests: those of a simulation with that seed and one replication. Default 1. */
  readonly seed?: number | undefined;
  /** May endpoints be on other machines? */
  readonly allowRemote?: boolean | undefined;
  /** How long a request may take. */
  readonly timeoutMs?: Millis | undefined;
  /** When synthetic endpoints do nothing for a while. */
  readonly stalls?: readonly Stall[] | undefined;
  /** Where the gateway runs: in a process of its own, unless given. */
  readonly startGateway?: StartGateway | undefined;
  readonly onProgress?: ((progress: LiveProgress) => void) | undefined;
  /** Ends it: `runLive` rejects with the signal's reason, when everything has been closed. */
  readonly signal?: AbortSignal | undefined;
}

export interface LiveProgress {
  readonly algorithm: string;
  /** Milliseconds of load so far, and in all, over all algorithms. */
  readonly done: number;
  readonly total: number;
}

/** What every algorithm's run needs. */
interface Bench {
  readonly options: LiveOptions;
  readonly plan: LivePlan;
  readonly seed: string;
  readonly clock: Clock;
  readonly agenda: Agenda;
  readonly targets: readonly Target[];
  readonly synthetic: SyntheticEndpoints | undefined;
}

const TIMEOUT_MS = 30_000;
const PROGRESS_EVERY_MS = 100;

/**
 * Sends load through a real gateway, one algorithm after the other, each before the same requests: in an open loop,
 * when they are due and whatever becomes of those before (response times count from when a request was due, so that
 * none is left out that a slow answer held up: "coordinated omission", Gil Tene 2013), or in a closed one.
 * @throws GatewayError GW0002 for what cannot be, or where endpoints are on other machines without `allowRemote`
 */
export async function runLive(options: LiveOptions = {}): Promise<LiveReport> {
  const contenders = findContenders(options.algorithms);
  const scenario = findLiveScenario(options.scenario);
  const plan = planLoad(scenario, options);
  if (plan.own !== undefined) checkTargets(plan.own.targets, options.allowRemote ?? false);
  const clock = systemClock;
  const agenda = new Agenda(clock);
  const synthetic =
    plan.model &&
    new SyntheticEndpoints(
      plan.model.endpoints.map(({ speed }) => speed),
      clock,
      agenda,
    );
  try {
    await synthetic?.start();
    const targets = plan.own?.targets ?? weighted(plan, synthetic?.urls ?? []);
    const bench: Bench = { options, plan, seed: `${options.seed ?? 1}/0`, clock, agenda, targets, synthetic };
    const contests = [];
    for (const [i, algorithm] of contenders.entries()) {
      const progress = (ms: Millis) =>
        options.onProgress?.({
          algorithm: algorithm.name,
          done: Math.round(i * plan.durationMs + Math.min(ms, plan.durationMs)),
          total: Math.round(contenders.length * plan.durationMs),
        });
      contests.push(await runAlgorithm(bench, algorithm, progress));
    }
    const results = contests.map(({ result }) => result);
    const requests = plan.requests ?? Math.max(...results.map((result) => result.requests));
    return { ...describe(scenario, plan, options.seed ?? 1), requests, results, verdict: judge(contests) };
  } finally {
    agenda.end();
    await synthetic?.stop();
  }
}

async function runAlgorithm(bench: Bench, algorithm: Algorithm, progress: (ms: Millis) => void) {
  const { options, plan, seed, targets, synthetic } = bench;
  options.signal?.throwIfAborted();
  const config = benchConfig(targets, algorithm, algorithm.options.parse({}), plan.own?.service);
  const service = Object.keys(config.services)[0] ?? "";
  const start = options.startGateway ?? createForkGateway();
  const gateway = await start({ config, service, seed: `${seed}/algorithm`, measuredField: MEASURED_FIELD });
  try {
    const costs = createCosts(gateway);
    const measures = await sendLoad(bench, algorithm, gateway.port, progress, costs.begin);
    options.signal?.throwIfAborted();
    return summarizeLive({
      algorithm: algorithm.name,
      plan,
      measures,
      endpoints: synthetic?.measures,
      gateway: await settledCounts(gateway, measures),
      cpuPerRequest: await costs.perRequest(),
    });
  } finally {
    await gateway.stop();
  }
}

async function sendLoad(
  { options, plan, seed, clock, agenda, synthetic }: Bench,
  algorithm: Algorithm,
  port: number,
  progress: (ms: Millis) => void,
  onOpen: () => void,
): Promise<LiveMeasures> {
  const { requests, rate, loop, durationMs, connections, warmup } = plan;
  const meanGapMs = 1000 / (rate ?? 1000);
  const open = loop === "open" && requests !== null;
  const traffic = createLiveTraffic({
    host: `localhost:${port}`,
    path: plan.own?.path ?? "/",
    arrivals: open ? { arrivals: plan.arrivals, meanGapMs } : undefined,
    serviceTime: plan.model?.serviceTime,
    keys: algorithm.signals.includes("key") ? plan.keys : undefined,
    seed,
  });
  const load = new Load({
    host: "127.0.0.1",
    port,
    traffic,
    connections,
    plan: open ? { loop: "open", requests, meanGapMs } : { loop: "closed", durationMs },
    warmup,
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    endpoints: plan.model?.endpoints.length ?? 0,
    onWindow: (now, edge) => {
      if (edge === "opens") {
        onOpen();
        synthetic?.measureFrom(now);
      } else if (synthetic !== undefined) synthetic.measures.toMs = now;
    },
    clock,
    agenda,
  });
  const begun = clock.now();
  const ticker = setInterval(() => progress(clock.now() - begun), PROGRESS_EVERY_MS);
  const stalls = (options.stalls ?? []).map(({ endpoint, atMs, forMs }) =>
    setTimeout(() => synthetic?.stall(endpoint, clock.now(), forMs), atMs),
  );
  const abort = (): void => load.abort();
  options.signal?.addEventListener("abort", abort);
  try {
    return await load.run();
  } finally {
    clearInterval(ticker);
    for (const stall of stalls) clearTimeout(stall);
    options.signal?.removeEventListener("abort", abort);
  }
}

/** CPU time from the end of the warm-up on: before, code is compiled and connections are opened. */
function createCosts(gateway: BenchGateway) {
  let own = process.cpuUsage();
  let opened: Promise<GatewayCounts>;
  const begin = (): void => {
    own = process.cpuUsage();
    opened = gateway.counts();
    // A gateway that has died is noticed at the end.
    opened.catch(() => {});
  };
  begin();
  return {
    begin,
    async perRequest() {
      const { user, system } = process.cpuUsage(own);
      const [from, to] = [await opened, await gateway.counts()];
      const requests = Math.max(1, to.requests - from.requests);
      return { gateway: (to.cpuMs - from.cpuMs) / requests, generator: (user + system) / 1000 / requests };
    },
  };
}

/** The gateway notes an exchange after its client has got the last octet: a moment may pass. */
async function settledCounts(gateway: BenchGateway, { ended, failed }: LiveMeasures): Promise<GatewayCounts> {
  for (let tries = 0; ; tries++) {
    const counts = await gateway.counts();
    const counted = Object.values(counts.endpoints).reduce((sum, count) => sum + count, 0);
    if (counted >= ended - failed || tries === 50) return counts;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function weighted({ model }: LivePlan, urls: readonly string[]): Target[] {
  return urls.map((url, i) => ({ url, weight: model?.endpoints[i]?.weight ?? 1 }));
}

function describe(
  scenario: Scenario,
  plan: LivePlan,
  seed: number,
): Omit<LiveReport, "requests" | "results" | "verdict"> {
  const { model, own, loop, rate, connections, durationMs, warmup } = plan;
  return {
    schemaVersion: 1,
    mode: "live",
    scenario: own?.service.name ?? scenario.name,
    setup: {
      summary: own === undefined ? scenario.summary : "a service of your own",
      endpoints: own?.targets.length ?? model?.endpoints.length ?? 0,
      load: model === undefined || loop === "closed" ? null : rounded(model.load),
      serviceTime: model?.serviceTime.spec ?? null,
      service: own?.service.name ?? null,
      arrivals: loop === "open" ? plan.arrivals.spec : "closed",
      replications: 1,
      warmup,
      loop,
      rate: rate === null ? null : rounded(rate),
      connections,
      durationMs: Math.round(durationMs),
      stretches: STRETCHES,
    },
    seed,
  };
}
