import type { Millis } from "../../shared/clock.ts";

/** How many streams may be given up at once, as by a browser that leaves a page full of images. */
const BURST = 100;
/** How many more a second. */
const PER_SECOND = 50;

/**
 * What one connection may do of opening streams and giving them up. Each costs the gateway and an endpoint as much as a
 * whole request, but the client next to nothing, and no limit of concurrent streams holds it (CVE-2023-44487). A token
 * bucket, into which streams that were completed put one back as well.
 */
export class ResetBudget {
  private tokens = BURST;
  private filledAt: Millis;

  constructor(now: Millis) {
    this.filledAt = now;
  }

  /** A stream was completed. */
  earn(): void {
    if (this.tokens < BURST) this.tokens++;
  }

  /**
   * A stream was given up.
   * @returns false if that was one too many
   */
  spend(now: Millis): boolean {
    this.tokens = Math.min(BURST, this.tokens + ((now - this.filledAt) * PER_SECOND) / 1000);
    this.filledAt = now;
    this.tokens--;
    return this.tokens >= 0;
  }
}
