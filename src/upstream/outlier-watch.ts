import type { Outcome } from "../exchange/outcome.ts";
import type { Millis } from "../shared/clock.ts";
import {
  countOutcome,
  eject,
  endEjection,
  findRateOutliers,
  isEjected,
  mayEject,
  type OutlierSpec,
} from "./ejection.ts";
import { isUsable, isWell } from "./eligibility.ts";
import type { LiveEndpoint } from "./live-endpoint.ts";

/** Told of an endpoint that is put aside, for so long, or that comes back (0). */
export type OnEjection<T> = (endpoint: LiveEndpoint<T>, forMs: Millis, because: string) => void;

/** Puts endpoints aside that fail on real traffic, and brings them back when their time is over. */
export class OutlierWatch<T> {
  readonly #spec: OutlierSpec;
  readonly #onEjection: OnEjection<T>;
  /** When success rates are compared next. */
  #rateAt: Millis;
  /** When something is to be done: an endpoint comes back, or rates are compared. */
  dueAt: Millis;

  constructor(spec: OutlierSpec, onEjection: OnEjection<T>, now: Millis) {
    this.#spec = spec;
    this.#onEjection = onEjection;
    this.#rateAt = spec.successRate === false ? Number.POSITIVE_INFINITY : now + spec.successRate.interval;
    this.dueAt = this.#rateAt;
  }

  /** A try has ended. */
  ended(endpoint: LiveEndpoint<T>, outcome: Outcome, members: readonly LiveEndpoint<T>[], now: Millis): void {
    const { ejection } = endpoint;
    // What was in flight when it was put aside is no news.
    if (isEjected(ejection, now) || !countOutcome(ejection, outcome, this.#spec)) return;
    this.#eject(endpoint, `${this.#spec.consecutiveErrors} errors in a row`, members, now);
  }

  /** Does what is due. */
  settle(members: readonly LiveEndpoint<T>[], now: Millis): void {
    for (const endpoint of members) {
      if (endEjection(endpoint.ejection, now)) this.#onEjection(endpoint, 0, endpoint.ejection.ejectedBecause);
    }
    const { successRate } = this.#spec;
    if (successRate !== false && now >= this.#rateAt) {
      this.#rateAt = now + successRate.interval;
      const inUse = members.filter(({ ejection }) => !isEjected(ejection, now));
      for (const { endpoint, because } of findRateOutliers(inUse, successRate)) {
        this.#eject(endpoint, because, members, now);
      }
    }
    this.#plan(members);
  }

  #eject(endpoint: LiveEndpoint<T>, because: string, members: readonly LiveEndpoint<T>[], now: Millis): void {
    // Drained ones and those without weight get nothing anyhow: they are no reserve.
    const inUse = members.filter(isUsable);
    if (!mayEject(inUse, now, this.#spec)) return;
    // Nor are those that are known to be down: one that answers at all is better.
    if (!inUse.some((other) => other !== endpoint && isWell(other))) return;
    const forMs = eject(endpoint.ejection, because, now, this.#spec);
    this.#plan(members);
    this.#onEjection(endpoint, forMs, because);
  }

  #plan(members: readonly LiveEndpoint<T>[]): void {
    let due = this.#rateAt;
    for (const { ejection } of members) {
      if (ejection.ejectedUntil > 0 && ejection.ejectedUntil < due) due = ejection.ejectedUntil;
    }
    this.dueAt = due;
  }
}
