import type { Timers } from "../../shared/timers.ts";
import type { Probe, ProbeRequest, ProbeResult } from "./probe.ts";
import type { EndpointOrigin } from "../schema/endpoint-url.ts";

/** One endpoint's turn at being probed: at most one timer or one probe at a time, and `clear` ends either. */
export class ProbeSlot {
  readonly #target: EndpointOrigin;
  readonly #probe: Probe;
  readonly #timers: Timers;
  #forget: (() => void) | undefined;
  #cancel: (() => void) | undefined;

  constructor(target: EndpointOrigin, probe: Probe, timers: Timers) {
    this.#target = target;
    this.#probe = probe;
    this.#timers = timers;
  }

  /** Runs `then` in `delay` ms, in place of whatever was planned or under way. */
  plan(delay: number, then: () => void): void {
    this.clear();
    this.#forget = this.#timers.after(delay, () => {
      this.#forget = undefined;
      then();
    });
  }

  /** Probes now, in place of whatever was planned or under way. `report` is not called if `clear` comes first. */
  probe(request: ProbeRequest, report: (result: ProbeResult) => void): void {
    this.clear();
    this.#cancel = this.#probe(this.#target, request, report);
  }

  /** Ends what is planned or under way: no timer and no connection is left. */
  clear(): void {
    this.#forget?.();
    this.#forget = undefined;
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
