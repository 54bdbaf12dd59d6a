import type { Clock, Millis } from "../../shared/clock.ts";

/** Something that has to happen at times of its own. */
export interface Appointments {
  /** When the next is due; Infinity if there is none. */
  next(): Millis;
  /** Does all that is due at `now`. */
  keep(now: Millis): void;
}

/**
 * Timers of Node fire up to 2 ms late. What is due sooner than that is waited for awake, turn by turn of the event
 * loop, so that sockets are read in between.
 */
const AWAKE_MS = 2;

/**
 * Keeps appointments to within some microseconds, as long as the process gets its core: requests leave, and synthetic
 * endpoints answer, when they should. The price is that the process is busy whenever something is near.
 */
export class Agenda {
  private readonly clock: Clock;
  private readonly parties: Appointments[] = [];
  private timer: NodeJS.Timeout | undefined;
  private immediate: NodeJS.Immediate | undefined;
  /** When the timer that runs was meant for. */
  private sleepsUntil: Millis = Number.POSITIVE_INFINITY;
  private ended = false;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  add(party: Appointments): void {
    this.parties.push(party);
    this.changed(party.next());
  }

  remove(party: Appointments): void {
    const index = this.parties.indexOf(party);
    if (index >= 0) this.parties.splice(index, 1);
  }

  /** To be told when something is due earlier than all that was known of. */
  changed(at: Millis): void {
    if (this.immediate !== undefined || at >= this.sleepsUntil) return;
    clearTimeout(this.timer);
    this.wait(at);
  }

  end(): void {
    this.ended = true;
    clearTimeout(this.timer);
    clearImmediate(this.immediate);
  }

  private readonly turn = (): void => {
    this.timer = this.immediate = undefined;
    this.sleepsUntil = Number.NEGATIVE_INFINITY;
    const now = this.clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const party of this.parties) {
      if (party.next() <= now) party.keep(now);
      next = Math.min(next, party.next());
    }
    this.wait(next);
  };

  private wait(until: Millis): void {
    this.sleepsUntil = until;
    if (this.ended || until === Number.POSITIVE_INFINITY) return;
    const left = until - this.clock.now();
    if (left > AWAKE_MS) this.timer = setTimeout(this.turn, Math.min(left - AWAKE_MS, 1000));
    else this.immediate = setImmediate(this.turn);
  }
}
