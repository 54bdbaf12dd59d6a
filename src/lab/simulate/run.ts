import type { Algorithm, Candidate, EndpointId, Env, PickRequest } from "../../balancing/algorithm.ts";
import { createRng, type Rng } from "../../shared/rng.ts";
import { latencyDecay, recordLatency } from "../../upstream/latency.ts";
import {
  createEventHeap,
  type EventHeap,
  nextEventPayload,
  nextEventTime,
  popEvent,
  pushEvent,
  replaceNextEvent,
} from "./event-heap.ts";
import { createKeySource } from "./keys.ts";
import { createMeasures, type Measures, measureService, measureStart, measureFinish } from "./measures.ts";
import type { Model } from "./model.ts";
import type { Sampler } from "./sampler.ts";
import { type Capacity, endpointId } from "./scenario.ts";
import { type Tape, traceFor } from "./tape/tape.ts";
import { createWaitingLines, enterLine, headArrival, headWork, leaveLine, type WaitingLines } from "./waiting-lines.ts";

/** An endpoint as the algorithm sees it, and its number in the arrays of the simulation. */
interface SimulatedEndpoint extends Candidate {
  readonly index: number;
  readonly speed: number;
}

/** An algorithm with the options it runs under. */
export interface Contender {
  readonly algorithm: Algorithm;
  readonly options: unknown;
}

/** What is random about the requests, each from a stream of its own, so that every algorithm meets the same ones. */
interface Traffic {
  readonly nextGap: Sampler;
  readonly gapRng: Rng;
  readonly nextWork: Sampler;
  readonly workRng: Rng;
  readonly nextKey: ((rng: Rng) => string) | undefined;
  readonly keyRng: Rng;
}

/** One algorithm over one stretch of traffic, whatever it is simulated with. */
export interface Simulation {
  readonly algorithm: Algorithm;
  /** Of the endpoints, in the order of the model. */
  readonly ids: readonly EndpointId[];
  readonly measures: Measures;
  /** How many requests have come. */
  readonly arrived: number;
  /** Virtual time, in ms. */
  readonly now: number;
  /** How many requests are at an endpoint now, by its place in the model. */
  lengthAt(endpoint: number): number;
  /** Simulates up to `arrivals` further requests; after the last one, all that are still in progress. True when done. */
  advance(arrivals: number): boolean;
}

/** One algorithm over one stretch of traffic, in virtual time. */
export interface Run {
  readonly algorithm: Algorithm;
  readonly state: unknown;
  readonly env: Env;
  readonly request: { -readonly [Key in keyof PickRequest]: PickRequest[Key] };
  readonly byId: ReadonlyMap<EndpointId, SimulatedEndpoint>;
  readonly endpoints: readonly SimulatedEndpoint[];
  readonly traffic: Traffic;
  /** How fast measured latencies are forgotten, in ms; `undefined` if the algorithm does not ask for them. */
  readonly latencyDecayMs: number;
  /** One event per busy endpoint: when the request at the head of its line is done. */
  readonly departures: EventHeap;
  readonly lines: WaitingLines;
  readonly measures: Measures;
  readonly tape: Tape | undefined;
  /** How many requests there will be, how many have come, and how many of them are warm-up. */
  readonly total: number;
  readonly warmup: number;
  arrived: number;
  nextArrivalMs: number;
}

/** The part at the beginning of each run that is simulated but not measured, because queues begin empty. */
export const WARMUP_SHARE = 0.1;

/** The seed of one of the runs into which a simulation is split. */
export function replicationSeed(seed: number, replication: number): string {
  return `${seed}/${replication}`;
}

/**
 * Sets an algorithm before `requests` requests of the model. The same seed gives every algorithm the same arrivals,
 * work and keys; the algorithm's own chance is another stream.
 * @param tape where each pick is written down, if anywhere
 */
export function createRun(model: Model, contender: Contender, requests: number, seed: string, tape?: Tape): Run {
  const { algorithm, options } = contender;
  const endpoints = model.endpoints.map(simulatedEndpoint);
  const byId = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]));
  const env: Env = { now: 0, rng: createRng(`${seed}/algorithm`) };
  const traffic = createTraffic(model, seed, algorithm.signals.includes("key"));
  return {
    algorithm,
    env,
    state: algorithm.init(
      endpoints.map(({ id, weight }) => ({ id, weight })),
      options,
      env,
    ),
    request: { candidates: endpoints, byId, key: undefined, exclude: undefined },
    byId,
    endpoints,
    traffic,
    latencyDecayMs: latencyDecay(algorithm, options),
    departures: createEventHeap(endpoints.length),
    lines: createWaitingLines(endpoints.length),
    measures: createMeasures(endpoints.length),
    tape,
    total: requests,
    warmup: Math.floor(requests * WARMUP_SHARE),
    arrived: 0,
    nextArrivalMs: traffic.nextGap(traffic.gapRng),
  };
}

/** Simulates up to `arrivals` further requests; after the last one, all that are still in progress. True when done. */
export function advanceRun(run: Run, arrivals: number): boolean {
  const until = Math.min(run.arrived + arrivals, run.total);
  while (run.arrived < until) {
    if (nextEventTime(run.departures) <= run.nextArrivalMs) depart(run);
    else arrive(run);
  }
  if (run.arrived < run.total) return false;
  while (run.departures.size > 0) depart(run);
  return true;
}

function arrive(run: Run): void {
  const { env, request, traffic, lines, measures } = run;
  const now = run.nextArrivalMs;
  env.now = now;
  if (traffic.nextKey !== undefined) request.key = traffic.nextKey(traffic.keyRng);
  const work = traffic.nextWork(traffic.workRng);
  const trace = traceFor(run.tape);
  const id = run.algorithm.pick(run.state, request, env, trace);
  if (trace !== undefined) {
    run.tape?.record({ now, request: run.arrived + 1, attempt: 1, picked: id, trace, ...request });
  }
  const endpoint = id === undefined ? undefined : run.byId.get(id);
  if (endpoint === undefined) throw new Error(`${run.algorithm.name} picked ${id}, which is no endpoint`);
  if (run.arrived === run.warmup) measures.fromMs = now;
  run.algorithm.onStart?.(run.state, endpoint.id, env);
  endpoint.inFlight++;
  const { index, speed } = endpoint;
  const length = enterLine(lines, index, now, work);
  measureStart(measures, index, length, work / speed);
  if (length === 1) {
    measures.startedAt[index] = now;
    pushEvent(run.departures, now + work / speed, index);
  }
  run.arrived++;
  if (run.arrived === run.total) measures.toMs = now;
  else run.nextArrivalMs = now + traffic.nextGap(traffic.gapRng);
}

function depart(run: Run): void {
  const { departures, lines, measures, env } = run;
  const now = nextEventTime(departures);
  const index = nextEventPayload(departures);
  const endpoint = run.endpoints[index] as SimulatedEndpoint;
  const arrivedAt = headArrival(lines, index);
  env.now = now;
  measureService(measures, index, now);
  measureFinish(measures, index, arrivedAt, now);
  endpoint.inFlight--;
  if (leaveLine(lines, index) > 0) {
    measures.startedAt[index] = now;
    replaceNextEvent(departures, now + headWork(lines, index) / endpoint.speed, index);
  } else {
    popEvent(departures);
  }
  if (run.latencyDecayMs > 0) recordLatency(endpoint, "ok", now - arrivedAt, now, run.latencyDecayMs);
  run.algorithm.onFinish?.(run.state, endpoint.id, "ok", env);
}

function createTraffic(model: Model, seed: string, needsKey: boolean): Traffic {
  return {
    nextGap: model.arrivals.start(model.meanGapMs),
    gapRng: createRng(`${seed}/arrivals`),
    nextWork: model.serviceTime.sample,
    workRng: createRng(`${seed}/work`),
    nextKey: needsKey ? createKeySource(model.keys) : undefined,
    keyRng: createRng(`${seed}/keys`),
  };
}

function simulatedEndpoint(capacity: Capacity, index: number): SimulatedEndpoint {
  const { speed, weight } = capacity;
  const id = endpointId(capacity, index);
  return { id, weight, inFlight: 0, latencyMs: 0, peakMs: 0, latencyAt: 0, index, speed };
}

/** A run as the rest of the simulator takes it. */
export function plainSimulation(run: Run): Simulation {
  return {
    algorithm: run.algorithm,
    ids: run.endpoints.map(({ id }) => id),
    measures: run.measures,
    get arrived() {
      return run.arrived;
    },
    get now() {
      return run.env.now;
    },
    lengthAt: (endpoint) => run.lines.lengths[endpoint] as number,
    advance: (arrivals) => advanceRun(run, arrivals),
  };
}
