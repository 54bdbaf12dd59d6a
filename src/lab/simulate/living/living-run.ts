import type { Env } from "../../../balancing/algorithm.ts";
import { createRng, type Rng } from "../../../shared/rng.ts";
import { createKeySource } from "../keys.ts";
import { createMeasures, type Measures, measureEnd, measureStart, measureWork } from "../measures.ts";
import type { Model } from "../model.ts";
import { type Contender, type Simulation, WARMUP_SHARE } from "../run.ts";
import { parseServiceTime } from "../service-times.ts";
import type { Tape } from "../tape/tape.ts";
import { Agenda } from "./agenda.ts";
import type { ClosedLoop } from "./conditions.ts";
import { EndpointProcess } from "./endpoint-process.ts";
import { SimulatedExchange, type Surroundings } from "./exchange.ts";
import { SimulatedService } from "./simulated-service.ts";

/**
 * One algorithm over one stretch of traffic where more goes on than lines before servers: the gateway times out, tries
 * again, ejects; endpoints crash, stand still, warm up; users wait for answers. Without any of that it gives the same
 * figures as the plain run, which is several times as fast.
 */
export class LivingRun implements Simulation {
  readonly algorithm: Contender["algorithm"];
  readonly ids: readonly string[];
  readonly measures: Measures;
  arrived = 0;
  readonly #agenda = new Agenda();
  readonly #model: Model;
  readonly #around: Surroundings;
  readonly #total: number;
  readonly #warmup: number;
  readonly #nextWork: () => number;
  readonly #nextKey: () => string | undefined;
  #open = 0;

  constructor(model: Model, { algorithm, options }: Contender, requests: number, seed: string, tape?: Tape) {
    const { endpoints, conditions } = model;
    this.algorithm = algorithm;
    this.#model = model;
    this.#total = requests;
    this.#warmup = Math.floor(requests * WARMUP_SHARE);
    this.measures = createMeasures(endpoints.length);
    const workRng = createRng(`${seed}/work`);
    this.#nextWork = () => model.serviceTime.sample(workRng);
    this.#nextKey = algorithm.signals.includes("key")
      ? drawn(createKeySource(model.keys), `${seed}/keys`)
      : () => undefined;
    const env: Env = { now: 0, rng: createRng(`${seed}/algorithm`) };
    const processes = endpoints.map((_, index) => this.#process(index, seed));
    const { gateway: rules = {}, staleness = 0, network, answered = "end" } = conditions;
    const service = new SimulatedService({
      algorithm,
      algorithmOptions: options,
      env,
      endpoints,
      rules,
      staleness,
      agenda: this.#agenda,
      tape,
      isUp: (index) => processes[index]?.up ?? false,
    });
    this.ids = service.members.map(({ id }) => id);
    this.#around = {
      agenda: this.#agenda,
      service,
      processes,
      timeoutMs: rules.timeout ?? Number.POSITIVE_INFINITY,
      network: network === undefined ? undefined : drawn(parseServiceTime(network).sample, `${seed}/network`),
      answeredAt: answered,
      tried: (index, workMs) => this.#tried(index, workMs),
    };
    if (conditions.clients === undefined) this.#startArrivals(seed);
    else this.#startUsers(conditions.clients, seed);
  }

  get now(): number {
    return this.#agenda.now;
  }

  lengthAt(endpoint: number): number {
    return this.#around.processes[endpoint]?.length ?? 0;
  }

  advance(arrivals: number): boolean {
    const until = Math.min(this.arrived + arrivals, this.#total);
    while (this.arrived < until) this.#agenda.next();
    if (this.arrived < this.#total) return false;
    while (this.#open > 0) this.#agenda.next();
    return true;
  }

  #process(index: number, seed: string): EndpointProcess {
    const { speed, conditions } = this.#model.endpoints[index] as Model["endpoints"][number];
    const { concurrency = 1 } = conditions;
    const { measures } = this;
    return new EndpointProcess(this.#agenda, speed, conditions, createRng(`${seed}/endpoint/${index}`), {
      worked: (from, to) => measureWork(measures, index, from, to, concurrency),
      length: (count) => {
        if (measures.fromMs !== Number.POSITIVE_INFINITY && count > measures.maxQueue) measures.maxQueue = count;
      },
    });
  }

  #tried(index: number, workMs: number): void {
    const { speed, conditions } = this.#model.endpoints[index] as Model["endpoints"][number];
    measureStart(this.measures, index, 0, workMs / speed / (conditions.concurrency ?? 1));
  }

  #startArrivals(seed: string): void {
    const rng = createRng(`${seed}/arrivals`);
    const nextGap = this.#model.arrivals.start(this.#model.meanGapMs);
    const arrive = (): void => {
      this.#arrive(() => {});
      if (this.arrived < this.#total) this.#agenda.at(this.#agenda.now + nextGap(rng), arrive);
    };
    this.#agenda.at(nextGap(rng), arrive);
  }

  #startUsers({ users, think }: ClosedLoop, seed: string): void {
    const nextThought = drawn(parseServiceTime(think).sample, `${seed}/arrivals`);
    const ask = (): void => {
      if (this.arrived < this.#total) this.#arrive(() => this.#agenda.at(this.#agenda.now + nextThought(), ask));
    };
    for (let i = 0; i < users; i++) this.#agenda.at(nextThought(), ask);
  }

  #arrive(answered: () => void): void {
    const { measures } = this;
    const { now } = this.#agenda;
    const number = this.arrived++;
    if (number === this.#warmup) measures.fromMs = now;
    this.#open++;
    new SimulatedExchange(this.#around, {
      number: number + 1,
      key: this.#nextKey(),
      work: this.#nextWork(),
      finished: (ok, endpoint) => {
        this.#open--;
        measureEnd(measures, endpoint, now, this.#agenda.now, ok, number >= this.#warmup);
        answered();
      },
    }).begin();
    if (this.arrived === this.#total) measures.toMs = now;
  }
}

/** A source with a stream of its own. */
function drawn<T>(sample: (rng: Rng) => T, seed: string): () => T {
  const rng = createRng(seed);
  return () => sample(rng);
}
