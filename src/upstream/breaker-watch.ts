import type { Outcome } from "../exchange/outcome.ts";
import type { Millis } from "../shared/clock.ts";
import {
  breakerAdmits,
  breakerCounts,
  breakerEnded,
  type BreakerPhase,
  type BreakerSpec,
  type BreakerState,
  breakerWait,
  newBreaker,
  openBreaker,
} from "./breaker.ts";

export type { BreakerPhase } from "./breaker.ts";

/** A service's breaker, as plain JSON. */
export interface BreakerSnapshot {
  readonly phase: BreakerPhase;
  /** How long it has been in that phase, and how much longer it refuses everything. */
  readonly sinceMs: number;
  readonly opensInMs: number;
  readonly tries: number;
  readonly errors: number;
}

/** A service's breaker at work: the rules of `breaker.ts`, and who is told. */
export class BreakerWatch {
  readonly #spec: BreakerSpec;
  readonly #state: BreakerState;
  readonly #onChange: (from: BreakerPhase, to: BreakerPhase, reason: string) => void;

  constructor(
    spec: BreakerSpec,
    now: Millis,
    onChange: (from: BreakerPhase, to: BreakerPhase, reason: string) => void,
  ) {
    this.#spec = spec;
    this.#state = newBreaker(now);
    this.#onChange = onChange;
  }

  /** Of the present phase: to be handed to `ended`. */
  get epoch(): number {
    return this.#state.epoch;
  }

  get phase(): BreakerPhase {
    return this.#state.phase;
  }

  /** May a try begin? If so, `ended` must follow. */
  admits(now: Millis): boolean {
    const from = this.#state.phase;
    const admitted = breakerAdmits(this.#state, now, this.#spec);
    if (this.#state.phase !== from) this.#onChange(from, this.#state.phase, "its rest is over: it is tried again");
    return admitted;
  }

  ended(outcome: Outcome, epoch: number, now: Millis): void {
    const state = this.#state;
    const from = state.phase;
    const { tries, errors } = from === "closed" ? breakerCounts(state) : NOTHING;
    breakerEnded(state, outcome, epoch, now, this.#spec);
    if (state.phase === from) return;
    const reason =
      from === "closed"
        ? `${errors + 1} of the last ${tries + 1} requests failed`
        : state.phase === "open"
          ? "it fails still"
          : "it answers again";
    this.#onChange(from, state.phase, reason);
  }

  /** Another gateway's is open: the same service has failed there. */
  openByHint(now: Millis): void {
    if (openBreaker(this.#state, now)) this.#onChange("closed", "open", BY_HINT);
  }

  get openFor(): Millis {
    return this.#spec.openFor;
  }

  /** How long until it lets some through, in ms. */
  wait(now: Millis): Millis {
    return breakerWait(this.#state, now, this.#spec);
  }

  /** Would it let a try begin now? Nothing changes by asking. */
  wouldAdmit(now: Millis): boolean {
    return breakerAdmits(
      { ...this.#state, tries: [...this.#state.tries], errors: [...this.#state.errors] },
      now,
      this.#spec,
    );
  }

  snapshot(now: Millis): BreakerSnapshot {
    const { phase, since } = this.#state;
    return {
      phase,
      sinceMs: Math.round(now - since),
      opensInMs: Math.round(this.wait(now)),
      ...breakerCounts(this.#state),
    };
  }
}

/** Why it opened, where that was not by what it has seen itself. */
export const BY_HINT = "another gateway's is open";

const NOTHING = { tries: 0, errors: 0 };
