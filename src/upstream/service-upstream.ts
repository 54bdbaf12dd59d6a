import type { Algorithm, Candidate, EndpointId, PickRequest } from "../balancing/algorithm.ts";
import { findAlgorithm } from "../balancing/index.ts";
import type { Outcome } from "../exchange/outcome.ts";
import type { Clock, Millis } from "../shared/clock.ts";
import { GatewayError } from "../shared/errors/gateway-error.ts";
import type { Rng } from "../shared/rng.ts";
import type { Eligibility } from "./eligibility.ts";
import { chooseEligible, eligibilityReason } from "./eligibility.ts";
import type { ExplainView } from "./explain-pick.ts";
import { HealthWatch } from "./health/health-watch.ts";
import { createNetworkProbe } from "./health/network-probe.ts";
import type { Probe } from "./health/probe.ts";
import type { Health } from "./health/state.ts";
import { latencyDecay, recordLatency } from "./latency.ts";
import type { LiveEndpoint } from "./live-endpoint.ts";
import { changeMembers } from "./membership.ts";
import { RetryControl } from "./retry-control.ts";
import type { ServiceSpec } from "./schema.ts";
import type { KeySpec } from "./schema/key.ts";
import type { EndpointSpec } from "./schema/endpoints.ts";
import type { ServiceSnapshot } from "./snapshot.ts";
import { snapshotEndpoint } from "./snapshot.ts";
import { backgroundTimers, type Timers } from "../shared/timers.ts";

export interface ServiceUpstreamOptions<T> {
  readonly name: string;
  readonly spec: Pick<ServiceSpec, "algorithm" | "health" | "panicThreshold" | "retry">;
  readonly endpoints: readonly EndpointSpec[];
  /** Makes what the wire layer keeps per endpoint. */
  attach(endpoint: EndpointSpec): T;
  /** The endpoint has left the service and nothing is in flight on it any more. */
  detach(attached: T): void;
  readonly clock: Clock;
  /** The service's own source, `createRng(seed + ":" + name)`: only picks draw from it, so that they can be replayed. */
  readonly rng: Rng;
  readonly timers?: Timers;
  readonly probe?: Probe;
  onHealthChange?(endpoint: LiveEndpoint<T>, from: Health, to: Health, reason: string): void;
}

/**
 * A service's live side: its endpoints, which of them may be used, and which one is next.
 *
 * `acquire` and `release` wrap every try. Both are synchronous and allocate nothing while all goes well.
 */
export class ServiceUpstream<T> {
  readonly name: string;
  /** What the gateway is to hash and hand to `acquire`; `undefined` if the algorithm hashes nothing. */
  readonly key: KeySpec | undefined;
  /** Whether, when, and how often a failed try is followed by another. */
  readonly retry: RetryControl;

  readonly #algorithm: Algorithm;
  readonly #state: unknown;
  /** 0 where the algorithm does not ask for latencies: then they are not measured. */
  readonly #latencyDecay: Millis;
  readonly #options: ServiceUpstreamOptions<T>;
  readonly #env: { now: Millis; readonly rng: Rng };
  readonly #watch: HealthWatch<T>;
  /** Reused for every pick. */
  readonly #request: { -readonly [K in keyof PickRequest]: PickRequest[K] };
  #members: LiveEndpoint<T>[];
  #byId: Map<EndpointId, LiveEndpoint<T>>;
  #eligibility: Eligibility<LiveEndpoint<T>>;

  /** @throws GatewayError GW0103 if the algorithm is not in the registry. */
  constructor(options: ServiceUpstreamOptions<T>) {
    const { name, spec, clock, rng, endpoints } = options;
    const algorithm = findAlgorithm(spec.algorithm.name);
    if (algorithm === undefined) throw new GatewayError("GW0103", `no algorithm ${spec.algorithm.name}`);
    this.name = name;
    this.key = spec.algorithm.key;
    this.retry = new RetryControl(name, spec.retry, clock);
    this.#options = options;
    this.#algorithm = algorithm;
    this.#latencyDecay = latencyDecay(algorithm, spec.algorithm.options);
    this.#env = { now: clock.now(), rng };
    this.#request = { candidates: [], byId: new Map(), key: undefined, exclude: undefined };
    this.#watch = new HealthWatch({
      name,
      health: spec.health,
      clock,
      timers: options.timers ?? backgroundTimers,
      probe: options.probe ?? createNetworkProbe(),
      onChange: (endpoint, from) => this.#healthChanged(endpoint, from),
    });
    this.#members = changeMembers<T>([], endpoints, options.attach, this.#env.now).members;
    this.#byId = new Map(this.#members.map((endpoint) => [endpoint.id, endpoint]));
    this.#state = algorithm.init(this.#algorithmMembers(), spec.algorithm.options, this.#env);
    this.#eligibility = this.#rebuild();
  }

  get algorithm(): Algorithm {
    return this.#algorithm;
  }

  /** All members, eligible or not, in the order of the config. */
  get endpoints(): readonly LiveEndpoint<T>[] {
    return this.#members;
  }

  /**
   * Picks an endpoint for one try and counts it in flight; `undefined` if none may be used. Every endpoint that comes
   * out of here must go through `release` once.
   *
   * In panic the first try ignores health, so that load stays spread; a retry goes to an endpoint that is not known
   * to be bad while one is left, so that one good endpoint among many dead ones is found with the first retry.
   *
   * @param key what hashing algorithms hash
   * @param exclude ids that this exchange has already tried; `undefined` or empty for the first try
   * @param now on the service's clock, where the caller has just read it
   */
  acquire(
    key: string | undefined,
    exclude: readonly EndpointId[] | undefined,
    now: Millis = this.#options.clock.now(),
  ): LiveEndpoint<T> | undefined {
    const env = this.#env;
    const request = this.#request;
    env.now = now;
    request.key = key;
    request.exclude = exclude;
    if (exclude === undefined || exclude.length === 0) this.retry.budget.deposit(env.now);
    else if (this.#eligibility.mode === "panic") request.exclude = this.#withoutKnownBad(exclude);
    const id = this.#algorithm.pick(this.#state, request, env);
    const endpoint = id === undefined ? undefined : this.#byId.get(id);
    if (endpoint === undefined) return undefined;
    endpoint.candidate.inFlight++;
    endpoint.requests++;
    this.#algorithm.onStart?.(this.#state, endpoint.id, env);
    return endpoint;
  }

  /**
   * A try is over. Exactly once per `acquire`.
   *
   * @param latencyMs time from the begin of the try to the response head; less than 0 if there was none
   * @param reason of a failure, in a short phrase, for the log and `services`
   * @param now on the service's clock, where the caller has just read it
   */
  release(
    endpoint: LiveEndpoint<T>,
    outcome: Outcome,
    latencyMs: Millis,
    reason?: string,
    now: Millis = this.#options.clock.now(),
  ): void {
    const { candidate } = endpoint;
    const env = this.#env;
    env.now = now;
    if (candidate.inFlight > 0) candidate.inFlight--;
    if (endpoint.removed) {
      if (candidate.inFlight === 0) this.#options.detach(endpoint.attached);
      return;
    }
    if (this.#latencyDecay > 0 && latencyMs >= 0) {
      recordLatency(candidate, outcome, latencyMs, env.now, this.#latencyDecay);
    }
    this.#algorithm.onFinish?.(this.#state, endpoint.id, outcome, env);
    if (outcome !== "ok" && outcome !== "cancelled") this.#failed(endpoint, outcome, reason);
    if (endpoint.health !== "healthy" && (outcome === "ok" || outcome === "error")) {
      this.#watch.answered(endpoint, latencyMs);
    }
  }

  /** True if a try that has been at `exclude` could go to another endpoint. */
  hasOther(exclude: readonly EndpointId[]): boolean {
    return this.#request.candidates.some(({ id }) => !exclude.includes(id));
  }

  /** No new exchanges for this endpoint; those in flight finish. False if there is no such endpoint. */
  drain(id: EndpointId): boolean {
    return this.#change(id, (endpoint) => {
      endpoint.draining = true;
    });
  }

  /** Takes a drain back. False if there is no such endpoint. */
  enable(id: EndpointId): boolean {
    return this.#change(id, (endpoint) => {
      endpoint.draining = false;
    });
  }

  /**
   * Another weight until the config gives another one; 0 stops new exchanges. False if there is no such endpoint.
   *
   * @throws RangeError if the weight is not a finite number of 0 or more
   */
  setWeight(id: EndpointId, weight: number): boolean {
    if (!Number.isFinite(weight) || weight < 0) throw new RangeError(`not a weight: ${weight}`);
    return this.#change(id, (endpoint) => {
      endpoint.candidate.weight = weight;
      this.#algorithm.update(this.#state, this.#algorithmMembers(), this.#now());
    });
  }

  /** Brings membership in line with a new list. What is in flight on an endpoint that leaves is not disturbed. */
  update(endpoints: readonly EndpointSpec[]): void {
    const env = this.#now();
    const { members, joined, left } = changeMembers(this.#members, endpoints, this.#options.attach, env.now);
    this.#members = members;
    this.#byId = new Map(members.map((endpoint) => [endpoint.id, endpoint]));
    this.#algorithm.update(this.#state, this.#algorithmMembers(), env);
    this.#eligibility = this.#rebuild();
    for (const endpoint of left) {
      endpoint.removed = true;
      this.#watch.left(endpoint);
      if (endpoint.candidate.inFlight === 0) this.#options.detach(endpoint.attached);
    }
    this.#watch.joined(joined);
  }

  /** Begins active checks and recovery probes. Without it there are no timers, and health comes from traffic alone. */
  start(): void {
    this.#watch.start(this.#members);
  }

  /** Ends every timer and probe. Exchanges in flight are not touched. */
  stop(): void {
    this.#watch.stop();
  }

  /** Checks every endpoint once, now; resolves when all have answered. */
  checkNow(): Promise<void> {
    return this.#watch.checkNow(this.#members);
  }

  /** What is known now, as plain JSON. */
  snapshot(): ServiceSnapshot {
    const { now } = this.#now();
    const { mode, eligible } = this.#eligibility;
    const endpoints = this.#members.map((endpoint) => snapshotEndpoint(endpoint, eligible.includes(endpoint), now));
    return { service: this.name, algorithm: this.#algorithm.name, mode, endpoints };
  }

  /** What a pick depends on now, for `explainPick`. */
  explainView(): ExplainView {
    const { now, rng } = this.#now();
    const { mode, eligible } = this.#eligibility;
    const endpoints = this.#members.map((endpoint) => {
      const included = eligible.includes(endpoint);
      return { id: endpoint.id, eligible: included, reason: eligibilityReason(endpoint, mode, included) };
    });
    const { candidates } = this.#request;
    return { algorithm: this.#algorithm, state: this.#state, rng, now, candidates, endpoints };
  }

  #failed(endpoint: LiveEndpoint<T>, outcome: Outcome, reason: string | undefined): void {
    const phrase = reason ?? (outcome === "connect-failure" ? "connection refused" : outcome);
    endpoint.failures++;
    endpoint.lastFailure = { at: this.#env.now, reason: phrase };
    if (outcome === "connect-failure") this.#watch.refused(endpoint, phrase);
  }

  #healthChanged(endpoint: LiveEndpoint<T>, from: Health): void {
    if (from === "unhealthy" || endpoint.health === "unhealthy") this.#eligibility = this.#rebuild();
    this.#options.onHealthChange?.(endpoint, from, endpoint.health, endpoint.reason ?? "");
  }

  #change(id: EndpointId, change: (endpoint: LiveEndpoint<T>) => void): boolean {
    const endpoint = this.#byId.get(id);
    if (endpoint === undefined) return false;
    change(endpoint);
    this.#eligibility = this.#rebuild();
    return true;
  }

  /** Decides anew who is eligible, and hands the algorithm a new array and map. */
  #rebuild(): Eligibility<LiveEndpoint<T>> {
    const eligibility = chooseEligible(this.#members, this.#options.spec.panicThreshold);
    const candidates: Candidate[] = eligibility.eligible.map((endpoint) => endpoint.candidate);
    this.#request.candidates = candidates;
    this.#request.byId = new Map(candidates.map((candidate) => [candidate.id, candidate]));
    return eligibility;
  }

  #withoutKnownBad(exclude: readonly EndpointId[]): readonly EndpointId[] {
    const bad = this.#eligibility.eligible.filter((endpoint) => endpoint.health === "unhealthy");
    const both = [...exclude, ...bad.map((endpoint) => endpoint.id)];
    return this.hasOther(both) ? both : exclude;
  }

  #algorithmMembers(): { id: EndpointId; weight: number }[] {
    return this.#members.map(({ id, candidate }) => ({ id, weight: candidate.weight }));
  }

  #now(): { now: Millis; readonly rng: Rng } {
    this.#env.now = this.#options.clock.now();
    return this.#env;
  }
}
