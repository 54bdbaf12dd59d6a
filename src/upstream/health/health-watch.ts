import type { Clock } from "../../shared/clock.ts";
import { createRng } from "../../shared/rng.ts";
import type { LiveEndpoint } from "../live-endpoint.ts";
import type { HealthSpec } from "../schema/health.ts";
import type { Timers } from "../../shared/timers.ts";
import { ActiveChecks } from "./active-checks.ts";
import type { Probe, ProbeResult } from "./probe.ts";
import { ACCEPTS, RecoveryProbes } from "./recovery-probes.ts";
import type { Health } from "./state.ts";
import { applyAnswer, applyCheck, applyConnectFailure } from "./state.ts";

export interface HealthWatchOptions<T> {
  /** The service's name: seeds the jitter of its checks. */
  readonly name: string;
  readonly health: HealthSpec | false;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly probe: Probe;
  /** An endpoint's health has changed: whoever listens decides anew who is eligible. */
  onChange(endpoint: LiveEndpoint<T>, from: Health): void;
}

/** Keeps the health of a service's endpoints up to date: by active checks, by what traffic meets, by recovery probes. */
export class HealthWatch<T> {
  readonly #options: HealthWatchOptions<T>;
  readonly #active: ActiveChecks<LiveEndpoint<T>> | undefined;
  readonly #recovery: RecoveryProbes<LiveEndpoint<T>>;
  readonly #single = new Set<() => void>();
  #running = false;

  constructor(options: HealthWatchOptions<T>) {
    const { name, health, clock, timers, probe } = options;
    this.#options = options;
    const rng = createRng(`health:${name}`);
    const onResult = (endpoint: LiveEndpoint<T>, result: ProbeResult): void => this.#checked(endpoint, result);
    this.#active = health === false ? undefined : new ActiveChecks({ health, probe, timers, clock, rng, onResult });
    const onRecovered = (endpoint: LiveEndpoint<T>, reason: string): void => this.#recovered(endpoint, reason);
    this.#recovery = new RecoveryProbes({ probe, timers, onRecovered });
  }

  /** Begins to check; `endpoints` are the members now. */
  start(endpoints: readonly LiveEndpoint<T>[]): void {
    this.#running = true;
    this.joined(endpoints);
    for (const endpoint of endpoints) this.#lookAfter(endpoint);
  }

  /** Ends every timer and every probe. */
  stop(): void {
    this.#running = false;
    this.#active?.stop();
    this.#recovery.stop();
    for (const end of [...this.#single]) end();
  }

  joined(endpoints: readonly LiveEndpoint<T>[]): void {
    if (this.#running) this.#active?.watch(endpoints);
  }

  left(endpoint: LiveEndpoint<T>): void {
    this.#active?.unwatch(endpoint);
    this.#recovery.unwatch(endpoint);
  }

  /** A connection to the endpoint could not be opened. */
  refused(endpoint: LiveEndpoint<T>, reason: string): void {
    const from = endpoint.health;
    const changed = applyConnectFailure(endpoint, reason, this.#options.clock.now());
    this.#lookAfter(endpoint);
    if (changed) this.#options.onChange(endpoint, from);
  }

  /**
   * Traffic got an answer. Where active checks have the say, that proves nothing. An answer to a request that began
   * before the endpoint was put aside does not bring it back: a process that shuts down still finishes what it has.
   *
   * @param latencyMs time to the response head, or less than 0
   */
  answered(endpoint: LiveEndpoint<T>, latencyMs: number): void {
    if (this.#active !== undefined) return;
    const began = this.#options.clock.now() - Math.max(0, latencyMs);
    if (endpoint.health === "unhealthy" && began < endpoint.since) return;
    this.#recovered(endpoint, "answers requests");
  }

  /**
   * Checks every endpoint once, now, and resolves when all have answered or timed out (or `stop` was called). Without
   * an active check it is asked whether the port accepts connections; UDP endpoints are not asked.
   */
  async checkNow(endpoints: readonly LiveEndpoint<T>[]): Promise<void> {
    const request = this.#options.health === false ? ACCEPTS : this.#options.health;
    const asked = endpoints.filter((endpoint) => endpoint.spec.protocol !== "udp");
    await Promise.all(asked.map((endpoint) => this.#checkOnce(endpoint, request)));
  }

  #checkOnce(endpoint: LiveEndpoint<T>, request: HealthSpec | typeof ACCEPTS): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        this.#single.delete(end);
        cancel();
        resolve();
      };
      this.#single.add(end);
      const cancel = this.#options.probe(endpoint.spec, request, (result) => {
        if (!endpoint.removed) this.#checked(endpoint, result);
        end();
      });
    });
  }

  #checked(endpoint: LiveEndpoint<T>, result: ProbeResult): void {
    const { health, clock, onChange } = this.#options;
    if (!result.passed) endpoint.lastFailure = { at: clock.now(), reason: result.reason };
    if (health === false) {
      if (result.passed) this.#recovered(endpoint, result.reason);
      else this.refused(endpoint, result.reason);
      return;
    }
    const from = endpoint.health;
    if (applyCheck(endpoint, result.passed, result.reason, health, clock.now())) onChange(endpoint, from);
  }

  #recovered(endpoint: LiveEndpoint<T>, reason: string): void {
    const from = endpoint.health;
    this.#recovery.unwatch(endpoint);
    if (applyAnswer(endpoint, reason, this.#options.clock.now())) this.#options.onChange(endpoint, from);
  }

  /** Without active checks, an endpoint that is aside needs someone who notices that it is back. */
  #lookAfter(endpoint: LiveEndpoint<T>): void {
    const aside = endpoint.health === "unhealthy" && !endpoint.removed;
    if (aside && this.#running && this.#active === undefined) this.#recovery.watch(endpoint);
  }
}
