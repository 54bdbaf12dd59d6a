import type { Clock, Millis } from "../../../shared/clock.ts";

/** Of the time that passes, how much may be spent. */
const SHARE = 0.1;
/** What may be saved up for when there is much to do at once. */
const MOST: Millis = 1_000;

/**
 * Time that may be spent on what nobody waits for: a tenth of what passes, so that looking at large responses does not
 * make others slow.
 */
export class Allowance {
  private readonly clock: Clock;
  private left = MOST;
  private countedAt: Millis;

  constructor(clock: Clock) {
    this.clock = clock;
    this.countedAt = clock.now();
  }

  /** Whether there is any left. */
  get isLeft(): boolean {
    this.catchUp();
    return this.left > 0;
  }

  /** Does some work, and takes off what it cost. */
  spend<T>(work: () => T): T {
    const begun = this.catchUp();
    try {
      return work();
    } finally {
      this.left -= this.clock.now() - begun;
    }
  }

  /** @returns now */
  private catchUp(): Millis {
    const now = this.clock.now();
    this.left = Math.min(MOST, this.left + (now - this.countedAt) * SHARE);
    this.countedAt = now;
    return now;
  }
}
