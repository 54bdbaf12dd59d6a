import type { Algorithm, Env, Trace } from "../../../balancing/algorithm.ts";
import type { Outcome } from "../../../exchange/outcome.ts";
import { Admission } from "../../../upstream/admission.ts";
import { BreakerWatch } from "../../../upstream/breaker-watch.ts";
import { chooseEligible, type Eligibility, isWell } from "../../../upstream/eligibility.ts";
import { applyAnswer, applyConnectFailure } from "../../../upstream/health/state.ts";
import { explainEndpoints } from "../../../upstream/explain-endpoints.ts";
import { HedgeDelay } from "../../../upstream/hedge-delay.ts";
import { latencyDecay, recordLatency } from "../../../upstream/latency.ts";
import { choiceOf } from "../../../upstream/live-choice.ts";
import { createLiveEndpoint, type LiveEndpoint } from "../../../upstream/live-endpoint.ts";
import { OutlierWatch } from "../../../upstream/outlier-watch.ts";
import { RetryControl } from "../../../upstream/retry-control.ts";
import type { RetrySpec } from "../../../upstream/schema/retry.ts";
import { type Choice, pickEndpoint, type ReusedRequest } from "../../../upstream/selection.ts";
import { type Capacity, endpointId } from "../scenario.ts";
import { type Tape, traceFor } from "../tape/tape.ts";
import type { Agenda } from "./agenda.ts";
import type { GatewayRules } from "./conditions.ts";

/** A live endpoint, and its place among the endpoints of the scenario. */
export type SimulatedEndpoint = LiveEndpoint<number>;

/** Without `retry` in the scenario nothing is tried again: only what was asked for is simulated. */
const NO_RETRY: RetrySpec = { attempts: 0, on: [], budget: 0.2, backoff: 25, nonIdempotent: false };
/** How often an endpoint that refused is tried with a connection, as the live gateway does on loopback. */
const RECOVERY_MS = 1000;

/**
 * A service as the gateway sees it, in virtual time: the decisions are those of the files that decide for live traffic
 * (who is eligible, the choice put before the algorithm, the algorithm, slow start, ejection, breaker, retries), and
 * what surrounds them there (timers, sockets, probes) is simulated here.
 */
export class SimulatedService {
  readonly members: readonly SimulatedEndpoint[];
  readonly retry: RetryControl;
  readonly hedge: HedgeDelay | undefined;
  readonly breaker: BreakerWatch | undefined;
  readonly admission: Admission<() => void> | undefined;
  readonly #algorithm: Algorithm;
  readonly #state: unknown;
  readonly #env: Env;
  readonly #rules: GatewayRules;
  readonly #agenda: Agenda;
  readonly #tape: Tape | undefined;
  readonly #isUp: (index: number) => boolean;
  readonly #byId: ReadonlyMap<string, SimulatedEndpoint>;
  readonly #outliers: OutlierWatch<number> | undefined;
  readonly #latencyDecay: number;
  readonly #request: ReusedRequest;
  /** The true numbers in flight, where algorithms see old ones. */
  readonly #inFlight: Int32Array | undefined;
  #eligibility: Eligibility<SimulatedEndpoint> = { mode: "normal", eligible: [] };
  #choice!: Choice;
  #dueAt = Number.POSITIVE_INFINITY;

  constructor(options: {
    readonly algorithm: Algorithm;
    readonly algorithmOptions: unknown;
    readonly env: Env;
    readonly endpoints: readonly Capacity[];
    readonly rules: GatewayRules;
    readonly staleness: number;
    readonly agenda: Agenda;
    readonly tape: Tape | undefined;
    readonly isUp: (index: number) => boolean;
  }) {
    const { algorithm, algorithmOptions, env, rules, agenda } = options;
    this.#algorithm = algorithm;
    this.#env = env;
    this.#rules = rules;
    this.#agenda = agenda;
    this.#tape = options.tape;
    this.#isUp = options.isUp;
    this.members = options.endpoints.map(liveEndpoint);
    this.#byId = new Map(this.members.map((endpoint) => [endpoint.id, endpoint]));
    const weights = this.members.map(({ id, candidate }) => ({ id, weight: candidate.weight }));
    this.#state = algorithm.init(weights, algorithmOptions, env);
    this.#latencyDecay = latencyDecay(algorithm, algorithmOptions);
    this.#request = { candidates: [], byId: new Map(), key: undefined, exclude: undefined };
    const clock = { now: () => agenda.now };
    this.retry = new RetryControl("simulated", rules.retry ?? NO_RETRY, clock);
    this.hedge = rules.hedge ? new HedgeDelay(rules.hedge.after, 0) : undefined;
    this.breaker = rules.breaker ? new BreakerWatch(rules.breaker, 0, () => {}) : undefined;
    this.admission = rules.limits ? new Admission(rules.limits) : undefined;
    this.#outliers = rules.outlier
      ? new OutlierWatch<number>(rules.outlier, (endpoint, forMs) => this.#ejected(endpoint, forMs), 0)
      : undefined;
    if (options.staleness > 0) {
      this.#inFlight = new Int32Array(this.members.length);
      this.#refresh(options.staleness);
    }
    this.#rebuild();
  }

  /**
   * Picks an endpoint for one try; `undefined` if none may be used. `release` follows, with the epoch of now.
   * @param request which one it is, for the tape
   */
  acquire(key: string | undefined, exclude: readonly string[], request: number): SimulatedEndpoint | undefined {
    const { now } = this.#agenda;
    this.#env.now = now;
    if (now >= this.#dueAt) this.#settle(now);
    const first = exclude.length === 0;
    if (first) this.retry.budget.deposit(now);
    if (this.breaker !== undefined && !this.breaker.admits(now)) return undefined;
    this.#request.key = key;
    this.#request.exclude = first ? undefined : this.#eligibility.mode === "panic" ? this.#sparing(exclude) : exclude;
    const trace = traceFor(this.#tape);
    const id = pickEndpoint(this.#algorithm, this.#state, this.#choice, this.#request, this.#env, trace);
    if (trace !== undefined) this.#record(request, exclude.length + 1, id, trace);
    const endpoint = id === undefined ? undefined : this.#byId.get(id);
    if (endpoint === undefined) {
      if (id !== undefined) throw new Error(`${this.#algorithm.name} picked ${id}, which is no endpoint`);
      this.breaker?.ended("cancelled", this.breaker.epoch, now);
      return undefined;
    }
    this.#count(endpoint, 1);
    this.#algorithm.onStart?.(this.#state, endpoint.id, this.#env);
    return endpoint;
  }

  #record(request: number, attempt: number, picked: string | undefined, trace: Trace): void {
    const { now } = this.#agenda;
    const members = explainEndpoints(this.members, this.#eligibility, this.#rules.slowStart ?? 0, now);
    const { warming } = this.#choice;
    this.#tape?.record({ now, request, attempt, picked, trace, members, warming, ...this.#request });
  }

  /** A try is over. @param latencyMs to the response head; less than 0 if there was none */
  release(endpoint: SimulatedEndpoint, outcome: Outcome, latencyMs: number, epoch: number): void {
    const { now } = this.#agenda;
    this.#env.now = now;
    this.#count(endpoint, -1);
    this.breaker?.ended(outcome, epoch, now);
    if (this.#latencyDecay > 0 && latencyMs >= 0) {
      recordLatency(endpoint.candidate, outcome, latencyMs, now, this.#latencyDecay);
    }
    this.#algorithm.onFinish?.(this.#state, endpoint.id, outcome, this.#env);
    if (outcome === "connect-failure") this.#refused(endpoint);
    this.#outliers?.ended(endpoint, outcome, this.members, now);
    if (endpoint.health !== "healthy" && (outcome === "ok" || outcome === "error")) this.#answered(endpoint);
    if (outcome === "ok") this.hedge?.record(latencyMs, now);
  }

  hasOther(exclude: readonly string[]): boolean {
    return this.#choice.candidates.some(({ id }) => !exclude.includes(id));
  }

  #count({ candidate, attached }: SimulatedEndpoint, by: 1 | -1): void {
    if (this.#inFlight === undefined) candidate.inFlight += by;
    else this.#inFlight[attached] = (this.#inFlight[attached] as number) + by;
  }

  /** Algorithms see the numbers in flight of this moment until the next one. */
  #refresh(everyMs: number): void {
    for (const { candidate, attached } of this.members) candidate.inFlight = this.#inFlight?.[attached] ?? 0;
    this.#agenda.at(this.#agenda.now + everyMs, () => this.#refresh(everyMs));
  }

  #refused(endpoint: SimulatedEndpoint): void {
    if (!applyConnectFailure(endpoint, "connection refused", this.#agenda.now)) return;
    this.#rebuild();
    this.#probeLater(endpoint);
  }

  #probeLater(endpoint: SimulatedEndpoint): void {
    this.#agenda.at(this.#agenda.now + RECOVERY_MS, () => {
      if (endpoint.health !== "unhealthy") return;
      if (this.#isUp(endpoint.attached)) this.#answered(endpoint);
      else this.#probeLater(endpoint);
    });
  }

  #answered(endpoint: SimulatedEndpoint): void {
    const wasOut = endpoint.health === "unhealthy";
    if (!applyAnswer(endpoint, "answers", this.#agenda.now) || !wasOut) return;
    this.#warm(endpoint);
    this.#rebuild();
  }

  #ejected(endpoint: SimulatedEndpoint, forMs: number): void {
    if (forMs === 0) this.#warm(endpoint);
    this.#rebuild();
  }

  #warm(endpoint: SimulatedEndpoint): void {
    if ((this.#rules.slowStart ?? 0) > 0) endpoint.warmSince = this.#agenda.now;
  }

  #settle(now: number): void {
    const { slowStart = 0 } = this.#rules;
    for (const endpoint of this.members) {
      if (endpoint.warmSince > 0 && now >= endpoint.warmSince + slowStart) endpoint.warmSince = 0;
    }
    this.#outliers?.settle(this.members, now);
    this.#rebuild();
  }

  #rebuild(): void {
    const { slowStart = 0, panicThreshold = 0.5 } = this.#rules;
    this.#eligibility = chooseEligible(this.members, panicThreshold);
    this.#choice = choiceOf(this.members, this.#eligibility, { spec: { slowStart } });
    let due = this.#outliers?.dueAt ?? Number.POSITIVE_INFINITY;
    for (const { warmSince } of this.members) if (warmSince > 0) due = Math.min(due, warmSince + slowStart);
    this.#dueAt = due;
  }

  /** In panic a retry still prefers endpoints that are not known to be bad. */
  #sparing(exclude: readonly string[]): readonly string[] {
    const bad = this.#eligibility.eligible.filter((endpoint) => !isWell(endpoint));
    const both = [...exclude, ...bad.map(({ id }) => id)];
    return this.hasOther(both) ? both : exclude;
  }
}

function liveEndpoint(capacity: Capacity, index: number): SimulatedEndpoint {
  const id = endpointId(capacity, index);
  const { weight } = capacity;
  return createLiveEndpoint({ id, protocol: "http", host: id, port: 80, weight, backup: false }, index, 0);
}
