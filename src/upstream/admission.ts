import type { Millis } from "../shared/clock.ts";

/** How many exchanges a service may have, and how many may wait; without a number, any. */
export interface AdmissionSpec {
  readonly requests?: number | undefined;
  readonly connections?: number | undefined;
  readonly pending?: number | undefined;
  /** How long one may wait. */
  readonly queueTimeout: Millis;
}

/** What becomes of an exchange that wants to go to a service. */
export type Admitted = "enter" | "wait" | "full";

/**
 * The exchanges of a service: so many at once, and so many that wait for the place of another, the first to come the first
 * to go in. Envoy's `max_requests` and `max_pending_requests`, HAProxy's `maxconn` and queue.
 *
 * An exchange has one place however often it is tried. Over HTTP/1.1 each one needs a connection of its own, so that a
 * limit of connections is one of exchanges, too.
 */
export class Admission<Waiter> {
  readonly spec: AdmissionSpec;
  readonly #most: number;
  readonly #pending: number;
  readonly #waiting = new Set<Waiter>();
  #inside = 0;

  constructor(spec: AdmissionSpec) {
    const { requests, connections, pending } = spec;
    this.spec = spec;
    const none = Number.POSITIVE_INFINITY;
    this.#most = Math.min(requests ?? none, connections ?? none);
    this.#pending = pending ?? none;
  }

  get inside(): number {
    return this.#inside;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Takes the exchange in, has it wait, or does neither. */
  admit(waiter: Waiter): Admitted {
    if (this.#inside < this.#most) {
      this.#inside++;
      return "enter";
    }
    if (this.#waiting.size >= this.#pending) return "full";
    this.#waiting.add(waiter);
    return "wait";
  }

  /** One that was let in is over. @returns the one that has its place now, if any waits */
  leave(): Waiter | undefined {
    const [next] = this.#waiting;
    if (next === undefined) this.#inside--;
    else this.#waiting.delete(next);
    return next;
  }

  /** One that waits does so no more. */
  giveUp(waiter: Waiter): void {
    this.#waiting.delete(waiter);
  }
}
