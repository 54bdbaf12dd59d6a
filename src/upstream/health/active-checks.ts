import type { Clock } from "../../shared/clock.ts";
import type { Rng } from "../../shared/rng.ts";
import { nextFloat } from "../../shared/rng.ts";
import type { EndpointSpec } from "../schema/endpoints.ts";
import type { HealthSpec } from "../schema/health.ts";
import type { Timers } from "../../shared/timers.ts";
import type { Probe, ProbeResult } from "./probe.ts";
import { ProbeSlot } from "./probe-slot.ts";

/** First checks are spread over this long per endpoint, up to one interval: 100 endpoints take a second. */
const SPREAD_PER_TARGET_MS = 10;

/** Whatever has a spec and is told results: a live endpoint. */
export interface CheckTarget {
  readonly spec: EndpointSpec;
}

export interface ActiveChecksOptions<Target> {
  readonly health: HealthSpec;
  readonly probe: Probe;
  readonly timers: Timers;
  readonly clock: Clock;
  /** For jitter only; never the source that picks draw from, so that checks do not change what is picked. */
  readonly rng: Rng;
  onResult(target: Target, result: ProbeResult): void;
}

/**
 * Checks every watched endpoint each `interval`, from the begin of one check to the begin of the next; a check that
 * takes longer than that is followed at once. The first one comes after a random part of a short spread, so that many
 * endpoints are never checked in the same millisecond.
 */
export class ActiveChecks<Target extends CheckTarget> {
  readonly #options: ActiveChecksOptions<Target>;
  readonly #slots = new Map<Target, ProbeSlot>();

  constructor(options: ActiveChecksOptions<Target>) {
    this.#options = options;
  }

  /** Begins to check these; those already watched are left alone. */
  watch(targets: readonly Target[]): void {
    const { health, probe, timers, rng } = this.#options;
    const spread = Math.min(health.interval, targets.length * SPREAD_PER_TARGET_MS);
    for (const target of targets) {
      if (this.#slots.has(target)) continue;
      const slot = new ProbeSlot(target.spec, probe, timers);
      this.#slots.set(target, slot);
      slot.plan(nextFloat(rng) * spread, () => this.#check(target, slot));
    }
  }

  unwatch(target: Target): void {
    this.#slots.get(target)?.clear();
    this.#slots.delete(target);
  }

  /** Ends everything: no timer and no connection is left. */
  stop(): void {
    for (const slot of this.#slots.values()) slot.clear();
    this.#slots.clear();
  }

  #check(target: Target, slot: ProbeSlot): void {
    const { health, clock, onResult } = this.#options;
    const began = clock.now();
    slot.probe(health, (result) => {
      slot.plan(Math.max(0, began + health.interval - clock.now()), () => this.#check(target, slot));
      onResult(target, result);
    });
  }
}
