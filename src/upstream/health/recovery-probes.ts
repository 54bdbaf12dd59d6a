import type { Timers } from "../../shared/timers.ts";
import type { CheckTarget } from "./active-checks.ts";
import { isLoopbackHost } from "../../shared/loopback-lookup.ts";
import type { Probe, ProbeRequest, ProbeResult } from "./probe.ts";
import { ProbeSlot } from "./probe-slot.ts";

const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 5_000;

/** Whether a port accepts connections, which is what a service without an active check is asked. */
export const ACCEPTS: ProbeRequest = { check: { kind: "tcp" }, timeout: 1_000, expect: [] };

export interface RecoveryProbesOptions<Target> {
  readonly probe: Probe;
  readonly timers: Timers;
  /** The endpoint accepts connections again (or, for UDP, may be tried again). */
  onRecovered(target: Target, reason: string): void;
}

/**
 * How an endpoint comes back that was put aside because it refused a connection, where no active check would bring it
 * back: a TCP connect every second, which costs neither side anything to speak of. On this machine it stays at one
 * second, because a developer restarts a service and looks at once; elsewhere it backs off to 5 s. UDP cannot be
 * probed; such an endpoint is simply let back after the same delay.
 */
export class RecoveryProbes<Target extends CheckTarget> {
  readonly #options: RecoveryProbesOptions<Target>;
  readonly #slots = new Map<Target, ProbeSlot>();

  constructor(options: RecoveryProbesOptions<Target>) {
    this.#options = options;
  }

  /** Begins to look after an endpoint; nothing changes if it already is. */
  watch(target: Target): void {
    if (this.#slots.has(target)) return;
    const slot = new ProbeSlot(target.spec, this.#options.probe, this.#options.timers);
    this.#slots.set(target, slot);
    this.#plan(target, slot, 0);
  }

  /** It came back, or left. */
  unwatch(target: Target): void {
    this.#slots.get(target)?.clear();
    this.#slots.delete(target);
  }

  /** Ends everything: no timer and no connection is left. */
  stop(): void {
    for (const slot of this.#slots.values()) slot.clear();
    this.#slots.clear();
  }

  #plan(target: Target, slot: ProbeSlot, failures: number): void {
    slot.plan(recoveryDelay(failures, isLoopbackHost(target.spec.host)), () => {
      if (target.spec.protocol === "udp") this.#recovered(target, "may be tried again");
      else slot.probe(ACCEPTS, (result) => this.#take(target, slot, failures, result));
    });
  }

  #take(target: Target, slot: ProbeSlot, failures: number, result: ProbeResult): void {
    if (result.passed) this.#recovered(target, result.reason);
    else this.#plan(target, slot, failures + 1);
  }

  #recovered(target: Target, reason: string): void {
    this.unwatch(target);
    this.#options.onRecovered(target, reason);
  }
}

/** Until the next probe, in ms, after this many failed ones. */
export function recoveryDelay(failures: number, loopback: boolean): number {
  return loopback ? FIRST_DELAY_MS : Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** failures);
}
