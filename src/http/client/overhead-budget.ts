import type { Millis } from "../../shared/clock.ts";

/** Octets of overhead that are put up with at once, and how many more a second. */
const BURST = 1024 * 1024;
const PER_SECOND = 16 * 1024;
/** What an octet of a body may cost: at 9 octets a frame, messages of five octets (the least that gRPC sends) are free. */
const OVERHEAD_OF_DATA = 3;

/** What went over a connection so far. */
export interface Traffic {
  readonly received: number;
  readonly sent: number;
  /** Of what was received: header lists as text, and data. */
  readonly headers: number;
  readonly data: number;
}

/**
 * What one connection may send besides requests and their bodies. Frames that ask for nothing cost memory and time (each
 * octet of a body that comes in a frame of its own takes a hundred octets here), and there are many kinds of them. What
 * the gateway sends gives as much back, since it is answered with windows and acknowledgements.
 */
export class OverheadBudget {
  private debt = 0;
  private last: Traffic = { received: 0, sent: 0, headers: 0, data: 0 };
  private checkedAt: Millis;

  constructor(now: Millis) {
    this.checkedAt = now;
  }

  /** @returns false if the connection has sent too much of it */
  check(now: Millis, traffic: Traffic): boolean {
    const { last } = this;
    const useful =
      traffic.sent - last.sent + (traffic.headers - last.headers) + (traffic.data - last.data) * OVERHEAD_OF_DATA;
    const refill = ((now - this.checkedAt) * PER_SECOND) / 1000;
    this.debt = Math.max(0, this.debt + (traffic.received - last.received) - useful - refill);
    this.last = traffic;
    this.checkedAt = now;
    return this.debt <= BURST;
  }
}
