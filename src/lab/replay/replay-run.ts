import type { Candidate, Env, PickRequest } from "../../balancing/algorithm.ts";
import { createHistogram, type Histogram, recordValue } from "../../shared/histogram.ts";
import { createRng } from "../../shared/rng.ts";
import { latencyDecay, recordLatency } from "../../upstream/latency.ts";
import { createEventHeap, nextEventPayload, nextEventTime, popEvent, pushEvent } from "../simulate/event-heap.ts";
import type { Contender } from "../simulate/run.ts";
import { Course } from "./course.ts";
import { demandAt, type ReplayModel } from "./replay-model.ts";

interface Place extends Candidate {
  readonly index: number;
}

const NONE = -1;

/** One algorithm over the recorded arrivals, in virtual time: the code that picks is the code that picks live. */
export class ReplayRun {
  /** Response times by block of the record, in ms. */
  readonly blocks: Histogram[];
  readonly course: Course;
  readonly requests: Float64Array;
  /** Work given to each endpoint, in ms. */
  readonly workMs: Float64Array;
  maxQueue = 0;
  /** How many requests have come, and when the last one ended. */
  arrived = 0;
  endedAt = 0;
  readonly #model: ReplayModel;
  readonly #contender: Contender;
  readonly #state: unknown;
  readonly #env: Env;
  readonly #request: { -readonly [Key in keyof PickRequest]: PickRequest[Key] };
  readonly #places: readonly Place[];
  readonly #byId: ReadonlyMap<string, Place>;
  readonly #hashes: boolean;
  readonly #decayMs: number;
  readonly #departures = createEventHeap(64);
  /** Of each request: where it is, and who waits behind it. */
  readonly #at: Int32Array;
  readonly #next: Int32Array;
  /** Of each endpoint: requests being worked on, and who waits. */
  readonly #busy: Int32Array;
  readonly #heads: Int32Array;
  readonly #tails: Int32Array;

  constructor(model: ReplayModel, contender: Contender, blocks: number, seed: string) {
    const { algorithm, options } = contender;
    const { endpoints, trace } = model;
    this.#model = model;
    this.#contender = contender;
    this.#env = { now: 0, rng: createRng(`${seed}/algorithm`) };
    this.#places = endpoints.map(({ id, weight }, index) => {
      return { id, weight, inFlight: 0, latencyMs: 0, peakMs: 0, latencyAt: 0, index };
    });
    this.#byId = new Map(this.#places.map((place) => [place.id, place]));
    this.#request = { candidates: this.#places, byId: this.#byId, key: undefined, exclude: undefined };
    const members = endpoints.map(({ id, weight }) => ({ id, weight }));
    this.#state = algorithm.init(members, options, this.#env);
    this.#hashes = algorithm.signals.includes("key");
    this.#decayMs = latencyDecay(algorithm, options);
    this.#at = new Int32Array(trace.count);
    this.#next = new Int32Array(trace.count).fill(NONE);
    this.#busy = new Int32Array(endpoints.length);
    this.#heads = new Int32Array(endpoints.length).fill(NONE);
    this.#tails = new Int32Array(endpoints.length).fill(NONE);
    this.course = new Course(model);
    this.blocks = Array.from({ length: blocks }, createHistogram);
    this.requests = new Float64Array(endpoints.length);
    this.workMs = new Float64Array(endpoints.length);
  }

  /** Replays up to `arrivals` further requests; after the last one, all that are still in progress. True when done. */
  advance(arrivals: number): boolean {
    const { trace } = this.#model;
    const until = Math.min(this.arrived + arrivals, trace.count);
    while (this.arrived < until) {
      if (nextEventTime(this.#departures) <= (trace.pickedAt[this.arrived] as number)) this.#depart();
      else this.#arrive(this.arrived++);
    }
    if (this.arrived < trace.count) return false;
    while (this.#departures.size > 0) this.#depart();
    return true;
  }

  #arrive(request: number): void {
    const { trace, keys } = this.#model;
    const { algorithm } = this.#contender;
    const env = this.#env;
    env.now = trace.pickedAt[request] as number;
    if (this.#hashes) this.#request.key = keys[trace.key[request] as number];
    const id = algorithm.pick(this.#state, this.#request, env);
    const place = id === undefined ? undefined : this.#byId.get(id);
    if (place === undefined) throw new Error(`${algorithm.name} picked ${id}, which is no endpoint`);
    algorithm.onStart?.(this.#state, place.id, env);
    const { index } = place;
    place.inFlight++;
    if (place.inFlight > this.maxQueue) this.maxQueue = place.inFlight;
    this.requests[index] = (this.requests[index] as number) + 1;
    this.#at[request] = index;
    if ((this.#busy[index] as number) < this.#model.concurrency.value) return this.#begin(request, index);
    const tail = this.#tails[index] as number;
    if (tail === NONE) this.#heads[index] = request;
    else this.#next[tail] = request;
    this.#tails[index] = request;
  }

  #begin(request: number, index: number): void {
    const { endpoints, quantiles } = this.#model;
    const demand = demandAt(endpoints[index] as ReplayModel["endpoints"][number], quantiles[request] as number);
    this.#busy[index] = (this.#busy[index] as number) + 1;
    this.workMs[index] = (this.workMs[index] as number) + demand;
    pushEvent(this.#departures, this.#env.now + demand, request);
  }

  #depart(): void {
    const { trace, quantiles, endpoints } = this.#model;
    const now = nextEventTime(this.#departures);
    const request = nextEventPayload(this.#departures);
    popEvent(this.#departures);
    const index = this.#at[request] as number;
    const place = this.#places[index] as Place;
    const pickedAt = trace.pickedAt[request] as number;
    const tookMs = now - pickedAt;
    this.#env.now = this.endedAt = now;
    place.inFlight--;
    this.#busy[index] = (this.#busy[index] as number) - 1;
    recordValue(this.blocks[blockOf(request, trace.count, this.blocks.length)] as Histogram, tookMs);
    this.course.add(index, pickedAt, now);
    const waiting = this.#heads[index] as number;
    if (waiting !== NONE) {
      const behind = this.#next[waiting] as number;
      this.#heads[index] = behind;
      if (behind === NONE) this.#tails[index] = NONE;
      this.#begin(waiting, index);
    }
    if (this.#decayMs > 0) {
      // Algorithms go by the time to the response's head.
      const demand = demandAt(endpoints[index] as ReplayModel["endpoints"][number], quantiles[request] as number);
      const toHead = tookMs - demand * (1 - (trace.headShare[request] as number));
      recordLatency(place, "ok", toHead, now, this.#decayMs);
    }
    this.#contender.algorithm.onFinish?.(this.#state, place.id, "ok", this.#env);
  }
}

/** Which of the equal parts of the record a request is in. */
export function blockOf(request: number, count: number, blocks: number): number {
  return Math.min(blocks - 1, Math.floor((request * blocks) / count));
}
