import type { Clock, Millis } from "../../shared/clock.ts";

/** How often it is looked whether somebody has waited too long. */
const LOOK_EVERY: Millis = 10;

/** Somebody who waits for an answer. */
export interface Wait {
  /** On the patience's own clock. */
  readonly since: Millis;
}

/**
 * Says when the first of those who wait for answers has waited too long. Only time in which answers could have been read
 * counts: while this process is busy, an answer that has come lies unread, and is not the other side's fault. So each
 * look, between any two of which there is time to read, counts for no more than a little.
 */
export class Patience {
  private readonly limit: Millis;
  private readonly clock: Clock;
  private readonly onOut: () => void;
  private readonly waits = new Set<Wait>();
  private timer: NodeJS.Timeout | undefined;
  /** Time that has counted, at the last look. */
  private counted: Millis = 0;
  private lookedAt: Millis = 0;

  /** @param onOut somebody has waited for `limit`; he is not waited for any more unless he begins again */
  constructor(limit: Millis, clock: Clock, onOut: () => void) {
    this.limit = limit;
    this.clock = clock;
    this.onOut = onOut;
  }

  begin(): Wait {
    const now = this.clock.now();
    if (this.timer === undefined) {
      this.lookedAt = now;
      this.timer = setInterval(() => this.look(), LOOK_EVERY);
    }
    const wait = { since: this.counted + this.sinceLook(now) };
    this.waits.add(wait);
    return wait;
  }

  end(wait: Wait): void {
    if (this.waits.delete(wait) && this.waits.size === 0) this.rest();
  }

  /** Nobody waits any more. */
  clear(): void {
    this.waits.clear();
    this.rest();
  }

  private look(): void {
    const now = this.clock.now();
    this.counted += this.sinceLook(now);
    this.lookedAt = now;
    const [first] = this.waits;
    // Rather a little early than a look too late.
    if (first === undefined || this.counted - first.since < this.limit - LOOK_EVERY) return;
    this.waits.delete(first);
    if (this.waits.size === 0) this.rest();
    this.onOut();
  }

  private sinceLook(now: Millis): Millis {
    return Math.min(Math.max(now - this.lookedAt, 0), 2 * LOOK_EVERY);
  }

  private rest(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
