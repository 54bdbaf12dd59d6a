import type { Algorithm, EndpointId } from "../balancing/algorithm.ts";
import { findAlgorithm } from "../balancing/index.ts";
import type { Outcome } from "../exchange/outcome.ts";
import type { Millis } from "../shared/clock.ts";
import { GatewayError } from "../shared/errors/gateway-error.ts";
import type { Rng } from "../shared/rng.ts";
import { backgroundTimers } from "../shared/timers.ts";
import { Admission } from "./admission.ts";
import { BreakerWatch } from "./breaker-watch.ts";
import { explainEndpoints } from "./explain-endpoints.ts";
import type { ExplainView } from "./explain-pick.ts";
import { HealthWatch } from "./health/health-watch.ts";
import { createNetworkProbe } from "./health/network-probe.ts";
import type { Health } from "./health/state.ts";
import { latencyDecay, recordLatency } from "./latency.ts";
import type { LiveEndpoint } from "./live-endpoint.ts";
import type { ServiceTimes } from "./observed-times.ts";
import { RetryControl } from "./retry-control.ts";
import { Roster } from "./roster.ts";
import type { EndpointSpec } from "./schema/endpoints.ts";
import type { KeySpec } from "./schema/key.ts";
import { pickEndpoint, type ReusedRequest } from "./selection.ts";
import type { ServiceUpstreamOptions } from "./service-upstream-options.ts";
import { type ServiceSnapshot, snapshotEndpoint } from "./snapshot.ts";

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
  readonly #roster: Roster<T>;
  /** How many exchanges it has, and who waits to be one of them; `undefined` where it has no limit. */
  readonly admission: Admission<object> | undefined;
  /** Refuses tries while the service is given a rest. */
  readonly breaker: BreakerWatch | undefined;
  /** Reused for every pick. */
  readonly #request: ReusedRequest;

  /** @throws GatewayError GW0103 if the algorithm is not in the registry. */
  constructor(options: ServiceUpstreamOptions<T>) {
    const { name, spec, clock, rng } = options;
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
    const { breaker, limits } = spec;
    this.admission = limits === false ? undefined : new Admission(limits);
    this.breaker =
      breaker === false
        ? undefined
        : new BreakerWatch(breaker, this.#env.now, (...change) => options.onBreaker?.(...change));
    this.#roster = new Roster(options, this.#env.now);
    this.#state = algorithm.init(this.#roster.weights(), spec.algorithm.options, this.#env);
  }

  get algorithm(): Algorithm {
    return this.#algorithm;
  }

  /** All members, eligible or not, in the order of the config. */
  get endpoints(): readonly LiveEndpoint<T>[] {
    return this.#roster.members;
  }

  /**
   * Picks an endpoint for one try and counts it in flight; `undefined` if none may be used, or if the service's
   * `breaker` lets none pass. Every endpoint that comes out of here must go through `release` once.
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
    if (now >= this.#roster.dueAt) this.#roster.settle(now);
    const first = exclude === undefined || exclude.length === 0;
    if (first) this.retry.budget.deposit(now);
    if (this.breaker !== undefined && !this.breaker.admits(now)) return undefined;
    request.key = key;
    request.exclude = first ? undefined : this.#roster.passedOver(exclude);
    const id = pickEndpoint(this.#algorithm, this.#state, this.#roster.choice, request, env);
    const endpoint = id === undefined ? undefined : this.#roster.byId.get(id);
    if (endpoint === undefined) {
      this.breaker?.ended("cancelled", this.breaker.epoch, now);
      return undefined;
    }
    return this.#begin(endpoint);
  }

  /**
   * Takes this endpoint for one try, as `acquire` does, if it may be used now.
   * @param id as a client's sticky cookie names it
   */
  acquireOnly(id: EndpointId, now: Millis = this.#options.clock.now()): LiveEndpoint<T> | undefined {
    this.#env.now = now;
    if (now >= this.#roster.dueAt) this.#roster.settle(now);
    const endpoint = this.#roster.choice.byId.has(id) ? this.#roster.byId.get(id) : undefined;
    if (endpoint === undefined) return undefined;
    this.retry.budget.deposit(now);
    if (this.breaker !== undefined && !this.breaker.admits(now)) return undefined;
    return this.#begin(endpoint);
  }

  #begin(endpoint: LiveEndpoint<T>): LiveEndpoint<T> {
    const env = this.#env;
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
   * @param epoch of the breaker when the try began
   */
  release(
    endpoint: LiveEndpoint<T>,
    outcome: Outcome,
    latencyMs: Millis,
    reason?: string,
    now: Millis = this.#options.clock.now(),
    epoch: number | undefined = this.breaker?.epoch,
  ): void {
    const { candidate } = endpoint;
    const env = this.#env;
    env.now = now;
    if (candidate.inFlight > 0) candidate.inFlight--;
    this.breaker?.ended(outcome, epoch ?? 0, now);
    if (endpoint.removed) {
      if (candidate.inFlight === 0) this.#options.detach(endpoint.attached);
      return;
    }
    if (this.#latencyDecay > 0 && latencyMs >= 0) {
      recordLatency(candidate, outcome, latencyMs, env.now, this.#latencyDecay);
    }
    if (outcome === "ok" && latencyMs >= 0) endpoint.times.record(latencyMs, now);
    this.#algorithm.onFinish?.(this.#state, endpoint.id, outcome, env);
    if (outcome !== "ok" && outcome !== "cancelled") this.#failed(endpoint, outcome, reason);
    this.#roster.outliers?.ended(endpoint, outcome, this.#roster.members, now);
    if (endpoint.health !== "healthy" && (outcome === "ok" || outcome === "error")) {
      this.#watch.answered(endpoint, latencyMs);
    }
  }

  /** True if a try that has been at `exclude` could go to another endpoint. */
  hasOther(exclude: readonly EndpointId[]): boolean {
    return this.#roster.hasOther(exclude);
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
      this.#algorithm.update(this.#state, this.#roster.weights(), this.#now());
    });
  }

  /** Brings membership in line with a new list. What is in flight on an endpoint that leaves is not disturbed. */
  update(endpoints: readonly EndpointSpec[]): void {
    const env = this.#now();
    const { joined, left } = this.#roster.replace(endpoints, env.now);
    this.#algorithm.update(this.#state, this.#roster.weights(), env);
    // A process that has just come up is cold.
    for (const endpoint of joined) this.#roster.warm(endpoint, env.now);
    this.#roster.rebuild();
    for (const endpoint of left) {
      endpoint.removed = true;
      this.#watch.left(endpoint);
      if (endpoint.candidate.inFlight === 0) this.#options.detach(endpoint.attached);
    }
    this.#watch.joined(joined);
  }

  /** Begins active checks and recovery probes. Without it there are no timers, and health comes from traffic alone. */
  start(): void {
    this.#watch.start(this.#roster.members);
  }

  /** One step of the coarse timer: what falls due is seen even where no request comes. */
  sweep(now: Millis): void {
    this.#env.now = now;
    if (now >= this.#roster.dueAt) this.#roster.settle(now);
  }

  /** Ends every timer and probe. Exchanges in flight are not touched. */
  stop(): void {
    this.#watch.stop();
  }

  /** Checks every endpoint once, now; resolves when all have answered. */
  checkNow(): Promise<void> {
    return this.#watch.checkNow(this.#roster.members);
  }

  /** What is known now, as plain JSON. */
  snapshot(): ServiceSnapshot {
    const { now } = this.#now();
    const { mode, eligible } = this.#roster.eligibility;
    const endpoints = this.#roster.members.map((endpoint) =>
      snapshotEndpoint(endpoint, eligible.includes(endpoint), now),
    );
    const breaker = this.breaker === undefined ? {} : { breaker: this.breaker.snapshot(now) };
    const { admission } = this;
    const limits = admission && { limits: { inside: admission.inside, waiting: admission.waiting } };
    return { service: this.name, algorithm: this.#algorithm.name, mode, ...breaker, ...limits, endpoints };
  }

  /** How long answers took, by endpoint. Layer 4 sees connections and no answers: of its endpoints nothing is said. */
  times(): ServiceTimes {
    const answering = this.#roster.members.filter(({ spec }) => spec.protocol !== "tcp" && spec.protocol !== "udp");
    return { service: this.name, endpoints: answering.map(({ id, times }) => times.snapshot(id)) };
  }

  /** What a pick depends on now, for `explainPick`. */
  explainView(): ExplainView {
    const { now, rng } = this.#now();
    const endpoints = explainEndpoints(
      this.#roster.members,
      this.#roster.eligibility,
      this.#options.spec.slowStart,
      now,
    );
    return { algorithm: this.#algorithm, state: this.#state, rng, now, choice: this.#roster.choice, endpoints };
  }

  #failed(endpoint: LiveEndpoint<T>, outcome: Outcome, reason: string | undefined): void {
    const phrase = reason ?? (outcome === "connect-failure" ? "connection refused" : outcome);
    endpoint.failures++;
    endpoint.lastFailure = { at: this.#env.now, reason: phrase };
    if (outcome === "connect-failure") this.#watch.refused(endpoint, phrase);
  }

  #healthChanged(endpoint: LiveEndpoint<T>, from: Health): void {
    if (from === "unhealthy") this.#roster.warm(endpoint);
    if (from === "unhealthy" || endpoint.health === "unhealthy") this.#roster.rebuild();
    this.#options.onHealthChange?.(endpoint, from, endpoint.health, endpoint.reason ?? "");
  }

  #change(id: EndpointId, change: (endpoint: LiveEndpoint<T>) => void): boolean {
    const endpoint = this.#roster.byId.get(id);
    if (endpoint === undefined) return false;
    change(endpoint);
    this.#roster.rebuild();
    return true;
  }

  #now(): { now: Millis; readonly rng: Rng } {
    this.#env.now = this.#options.clock.now();
    if (this.#env.now >= this.#roster.dueAt) this.#roster.settle(this.#env.now);
    return this.#env;
  }
}
