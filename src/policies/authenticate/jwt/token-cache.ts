import type { Millis } from "../../../shared/clock.ts";
import type { Proof } from "../method.ts";
import type { KeySet } from "./key-set.ts";

/** A token that was verified, and for how long that holds. */
export interface VerifiedToken {
  readonly token: string;
  readonly proof: Proof;
  /** On the wall clock. */
  readonly until: Millis;
  /** The keys it was verified by, and which of them it was. */
  readonly keys: KeySet;
  readonly identity: string;
}

/** Of each of the two generations. */
const MOST_TOKENS = 5_000;
const MOST_CHARACTERS = 8 * 1024 * 1024;
/** Of a signature: 192 bits, which no two tokens that were verified have in common. */
const TAIL = 32;

/**
 * Tokens that were verified: 10,000 and 16 MiB at most. They are found by the end of their signature and then compared
 * whole: hashing all of a token, or digesting it, takes several times as long. The comparison tells an attacker nothing,
 * because only who has the token's signature comes so far.
 *
 * Two generations in place of a list in the order of use: what is asked for moves to the young one; when that is full, the
 * old one is forgotten.
 */
export class TokenCache {
  private young = new Map<string, VerifiedToken>();
  private old = new Map<string, VerifiedToken>();
  private characters = 0;

  get size(): number {
    return this.young.size + this.old.size;
  }

  /** What is known of a token; whether it still holds is the caller's to see. */
  get(token: string): VerifiedToken | undefined {
    const tail = token.slice(-TAIL);
    const young = this.young.get(tail);
    if (young !== undefined) return young.token === token ? young : undefined;
    const old = this.old.get(tail);
    if (old === undefined || old.token !== token) return undefined;
    this.old.delete(tail);
    this.add(tail, old);
    return old;
  }

  set(verified: VerifiedToken): void {
    this.delete(verified.token);
    this.add(verified.token.slice(-TAIL), verified);
  }

  delete(token: string): void {
    const tail = token.slice(-TAIL);
    const young = this.young.get(tail);
    if (young !== undefined) this.characters -= young.token.length;
    this.young.delete(tail);
    this.old.delete(tail);
  }

  private add(tail: string, verified: VerifiedToken): void {
    if (this.young.size >= MOST_TOKENS || this.characters + verified.token.length > MOST_CHARACTERS) {
      this.old = this.young;
      this.young = new Map();
      this.characters = 0;
    }
    this.young.set(tail, verified);
    this.characters += verified.token.length;
  }
}
