import type { z } from "zod";
import type { Outcome } from "../exchange/outcome.ts";
import type { Millis } from "../shared/clock.ts";
import type { Rng } from "../shared/rng.ts";

/** An endpoint's id: its URL's origin as written in the config. */
export type EndpointId = string;

/**
 * One endpoint as an algorithm sees it. Plain data, written only by whoever drives the algorithm (the live
 * `upstream/`, or the simulator); algorithms read it and never count anything it already holds.
 */
export interface Candidate {
  readonly id: EndpointId;
  /** Effective weight (slow start included); may be fractional. 0 or less is never picked. */
  weight: number;
  /** Exchanges in progress on this endpoint, queued ones included. */
  inFlight: number;
  /** Exponentially weighted mean of the time to the response head, in ms. 0 while nothing has been measured. */
  latencyMs: Millis;
  /** The same with peaks taken at once and decayed slowly (Finagle's peak EWMA). 0 while nothing has been measured. */
  peakMs: Millis;
  /** When the two latencies were last updated, so that a reader can decay them. */
  latencyAt: Millis;
}

/** A member of the service, eligible or not, ids unique: what hash tables and schedules are built from. */
export interface Member {
  readonly id: EndpointId;
  readonly weight: number;
}

/** Time and chance are arguments: a pick can be replayed from state, request and env alone. */
export interface Env {
  now: Millis;
  readonly rng: Rng;
}

/** What a pick may depend on. */
export interface PickRequest {
  /**
   * The endpoints that may be picked now: healthy, not drained, weight above 0. Each is a member that `init` or
   * `update` has been told of. The array and the map are replaced whenever that set changes, never edited in place,
   * so an algorithm may keep what it derives from them by identity (never in its state).
   */
  readonly candidates: readonly Candidate[];
  /** The same candidates by id. */
  readonly byId: ReadonlyMap<EndpointId, Candidate>;
  /** What hashing algorithms hash; `undefined` for the others. */
  readonly key: string | undefined;
  /** Endpoints that this exchange has already tried; never picked while another candidate is left. */
  readonly exclude: readonly EndpointId[] | undefined;
}

/** One candidate in the explanation of a pick. Lower scores are better where `better` says so. */
export interface TraceEntry {
  readonly endpoint: EndpointId;
  readonly score?: number;
  /** Why it was or was not picked, in a short phrase: "3 in flight, fewest", "drawn first, 2 in flight". */
  readonly reason: string;
}

/** Filled by `pick` when asked to explain itself; absent on the hot path. */
export interface Trace {
  /** One sentence: what the algorithm did this time. */
  summary: string;
  readonly entries: TraceEntry[];
}

/** A signal the algorithm needs; the driver measures only what is asked for. */
export type Signal = "in-flight" | "latency" | "key";

export interface AlgorithmDocs {
  /** One sentence. */
  readonly summary: string;
  /** When to choose it, in one or two sentences. */
  readonly whenToUse: string;
  /** Of one pick, e.g. "O(1)" or "O(n)". */
  readonly cost: string;
  /** The paper or system it comes from. */
  readonly source: string;
}

/**
 * A balancing algorithm: pure functions over plain-data state.
 *
 * State survives `structuredClone` and is never shared. `pick` may change the state (a round-robin position) but
 * nothing else, and with the same state, request and env (rng included) returns the same id. It returns `undefined`
 * only if there is no candidate with a weight above 0.
 */
export interface Algorithm<State = unknown, Options = unknown> {
  /** As in the config; the file has the same name. */
  readonly name: string;
  readonly docs: AlgorithmDocs;
  readonly options: z.ZodType<Options>;
  readonly signals: readonly Signal[];
  /** Whether a weight above 0 makes a difference; `check` can say so where a weight or slow start has no effect. */
  readonly weights: "used" | "ignored";
  init(members: readonly Member[], options: Options, env: Env): State;
  /** Members joined, left, or changed weight by the user's word. Never called for a change of health. */
  update(state: State, members: readonly Member[], env: Env): void;
  pick(state: State, request: PickRequest, env: Env, trace?: Trace): EndpointId | undefined;
  onStart?(state: State, id: EndpointId, env: Env): void;
  onFinish?(state: State, id: EndpointId, outcome: Outcome, env: Env): void;
}

/** Keeps an algorithm's own types while it is written, and erases them for the registry. */
export function defineAlgorithm<State, Options>(algorithm: Algorithm<State, Options>): Algorithm {
  return algorithm;
}
