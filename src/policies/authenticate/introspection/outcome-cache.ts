import type { Millis } from "../../../shared/clock.ts";
import type { Proof, Refusal } from "../method.ts";

/** What is known of a token, and for how long. */
export interface KnownOutcome {
  readonly outcome: Proof | Refusal;
  /** On the monotonic clock. */
  readonly until: Millis;
  /** The token's own end, on the wall clock. */
  readonly expiresAt: Millis;
  /** About how much memory it takes. */
  readonly bytes: number;
}

/** Of each of the two generations. */
const MOST_TOKENS = 5_000;
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * Answers by the digest of their token: 10,000 and 16 MiB at most. Two generations in place of a list in the order of use:
 * what is asked for moves to the young one; when that is full, the old one is forgotten.
 */
export class OutcomeCache {
  private young = new Map<string, KnownOutcome>();
  private old = new Map<string, KnownOutcome>();
  private bytes = 0;

  get size(): number {
    return this.young.size + this.old.size;
  }

  /** What is known of a token; whether it still holds is the caller's to see. */
  get(digest: string): KnownOutcome | undefined {
    const young = this.young.get(digest);
    if (young !== undefined) return young;
    const old = this.old.get(digest);
    if (old !== undefined) this.set(digest, old);
    return old;
  }

  set(digest: string, known: KnownOutcome): void {
    this.delete(digest);
    if (this.young.size >= MOST_TOKENS || this.bytes + known.bytes > MOST_BYTES) {
      this.old = this.young;
      this.young = new Map();
      this.bytes = 0;
    }
    this.young.set(digest, known);
    this.bytes += known.bytes;
  }

  delete(digest: string): void {
    this.bytes -= this.young.get(digest)?.bytes ?? 0;
    this.young.delete(digest);
    this.old.delete(digest);
  }
}
