import type { Clock, Millis } from "../../../shared/clock.ts";
import type { KeySet } from "./key-set.ts";
import type { KeySource } from "./key-source.ts";

/** How long keys are taken for fresh. */
const FRESH_FOR: Millis = 10 * 60_000;
/** Keys that nobody has asked for in so long are not used before the issuer was asked. */
const WAIT_AFTER: Millis = 60 * 60_000;
/** How often an unknown `kid` makes the issuer be asked. */
const COOLDOWN: Millis = 30_000;
/** How often an issuer that does not answer is asked. */
const RETRY_AFTER: Millis = 1_000;

/**
 * Keys of an issuer, over HTTP. They are renewed in the background once they are ten minutes old, and stay in use for as
 * long as the issuer does not answer.
 */
export class RemoteKeys implements KeySource {
  problem = "the issuer's keys have not been fetched yet";
  private readonly fetchKeys: () => Promise<KeySet>;
  private readonly clock: Clock;
  private set: KeySet | undefined;
  private fetchedAt: Millis = Number.NEGATIVE_INFINITY;
  private failedAt: Millis = Number.NEGATIVE_INFINITY;
  private lookedAgainAt: Millis = Number.NEGATIVE_INFINITY;
  private pending: Promise<KeySet | undefined> | undefined;

  /** `fetchKeys` rejects with an Error whose message is a phrase. */
  constructor(fetchKeys: () => Promise<KeySet>, clock: Clock) {
    this.fetchKeys = fetchKeys;
    this.clock = clock;
  }

  known(): KeySet | undefined {
    return this.set;
  }

  current(): KeySet | undefined {
    if (this.set === undefined) return undefined;
    const now = this.clock.now();
    const age = now - this.fetchedAt;
    if (age < FRESH_FOR) return this.set;
    const issuerIsDown = this.failedAt > this.fetchedAt;
    if (age > WAIT_AFTER && !issuerIsDown) return undefined;
    if (now - this.failedAt >= RETRY_AFTER) void this.renew();
    return this.set;
  }

  async load(): Promise<KeySet | undefined> {
    const current = this.current();
    if (current !== undefined) return current;
    const failedJustNow = this.clock.now() - this.failedAt < RETRY_AFTER;
    return failedJustNow && this.pending === undefined ? this.set : this.renew();
  }

  lookAgain(): Promise<KeySet | undefined> | undefined {
    if (this.pending !== undefined) return this.pending;
    const now = this.clock.now();
    if (now - this.lookedAgainAt < COOLDOWN) return undefined;
    this.lookedAgainAt = now;
    return this.renew();
  }

  /** However many ask at once, the issuer is asked once. */
  private renew(): Promise<KeySet | undefined> {
    this.pending ??= this.fetchKeys()
      .then((set) => {
        this.set = set;
        this.fetchedAt = this.clock.now();
      })
      .catch((error: unknown) => {
        this.failedAt = this.clock.now();
        this.problem = error instanceof Error ? error.message : String(error);
      })
      .then(() => {
        this.pending = undefined;
        return this.set;
      });
    return this.pending;
  }
}
