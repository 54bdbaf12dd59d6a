import type { PolicyExchange } from "../../exchange/policy-exchange.ts";
import type { Millis } from "../../shared/clock.ts";

/** How many may be inside, how many may wait, and for how long. */
export interface GateLimits {
  readonly limit: number;
  readonly queue: number;
  readonly timeout: Millis;
}

/** How it went for a request that had to wait, or could not. */
export type Admission = "in" | "full" | "late" | "gone";

interface Waiter {
  readonly exchange: PolicyExchange;
  readonly timer: NodeJS.Timeout;
  readonly tell: (admission: Admission) => void;
}

/**
 * Lets so many requests in at once; the others wait in line, first in, first out. Every request that has asked to enter
 * must leave once, whether it was let in or not.
 *
 * Only those that wait or were turned away are kept by name, so that a request that is let in at once costs a count.
 */
export class Gate {
  private limits: GateLimits;
  private inside = 0;
  private readonly waiting = new Map<PolicyExchange, Waiter>();
  private readonly turnedAway = new Set<PolicyExchange>();

  constructor(limits: GateLimits) {
    this.limits = limits;
  }

  /** "in" or "full" where that is clear at once. */
  enter(exchange: PolicyExchange): Admission | Promise<Admission> {
    const { limit, queue, timeout } = this.limits;
    // Where there is room, nobody waits: nobody is overtaken.
    if (this.inside < limit) {
      this.inside++;
      return "in";
    }
    if (this.waiting.size >= queue) {
      this.turnedAway.add(exchange);
      return "full";
    }
    return new Promise((tell) => {
      const timer = setTimeout(() => this.giveUp(exchange), timeout);
      this.waiting.set(exchange, { exchange, timer, tell });
    });
  }

  /** The request is over, or its client has gone. */
  leave(exchange: PolicyExchange): void {
    if (this.turnedAway.size > 0 && this.turnedAway.delete(exchange)) return;
    const waiter = this.waiting.size > 0 ? this.waiting.get(exchange) : undefined;
    if (waiter === undefined) {
      this.inside--;
      this.letIn();
      return;
    }
    this.call(waiter, "gone");
  }

  /** Other limits from now on; whom they let in is let in. Nobody inside or waiting is sent away. */
  setLimits(limits: GateLimits): void {
    this.limits = limits;
    this.letIn();
  }

  /** How many are inside, and how many wait. */
  get counts(): { readonly inside: number; readonly waiting: number } {
    return { inside: this.inside, waiting: this.waiting.size };
  }

  private giveUp(exchange: PolicyExchange): void {
    const waiter = this.waiting.get(exchange);
    if (waiter === undefined) return;
    this.turnedAway.add(exchange);
    this.call(waiter, "late");
  }

  private letIn(): void {
    for (const waiter of this.waiting.values()) {
      if (this.inside >= this.limits.limit) return;
      this.inside++;
      this.call(waiter, "in");
    }
  }

  private call({ exchange, timer, tell }: Waiter, admission: Admission): void {
    clearTimeout(timer);
    this.waiting.delete(exchange);
    tell(admission);
  }
}
