import { hash, randomBytes } from "node:crypto";
import type { Clock, Millis } from "../../../shared/clock.ts";
import { verifyPassword } from "../../../shared/credentials.ts";
import { type Refusal, refused, unavailable } from "../method.ts";
import { Attempts } from "./attempts.ts";
import { Lanes } from "./lanes.ts";

/** Passwords that are worked on at once: two of the four threads that Node has, the rest for files and names. */
const AT_ONCE = 2;
const MOST_WAITING = 32;
/** How long a password that was right need not be worked on again. */
const KNOWN_FOR: Millis = 60_000;
const MOST_KNOWN = 1_000;

/** A password that somebody has sent. */
export interface PasswordAttempt {
  readonly password: string;
  /** As in the config. */
  readonly stored: string;
  /** `false`: it is not the hash of whoever was named. */
  readonly counts: boolean;
  readonly clientIp: string;
}

/**
 * Checks passwords in the thread pool, a few at once, for all routes together. Clients with many wrong ones are turned away
 * before any work is done, so that they slow nobody down.
 */
export class PasswordChecks {
  private readonly clock: Clock;
  private readonly attempts: Attempts;
  private readonly lanes = new Lanes(AT_ONCE, MOST_WAITING);
  /** Right ones: until when, by digest. */
  private readonly known = new Map<string, Millis>();
  private readonly pending = new Map<string, Promise<boolean>>();
  /** So that what is kept of passwords is of no use elsewhere. */
  private readonly pepper = randomBytes(32).toString("hex");

  constructor(clock: Clock) {
    this.clock = clock;
    this.attempts = new Attempts(clock);
  }

  /**
   * Whether this is the password of the stored hash. Where `counts` is `false` nobody has that name: the same work is done
   * for any hash, so that the time it takes does not tell.
   * @returns at once for one that was right a moment ago, and where nothing is worked on
   */
  check(attempt: PasswordAttempt): true | Refusal | Promise<true | Refusal> {
    const { clientIp } = attempt;
    const digest = this.digest(attempt);
    if (this.isKnown(digest)) return true;
    const retryAfterSeconds = this.attempts.take(clientIp);
    if (retryAfterSeconds !== undefined) return { ...TOO_MANY, retryAfterSeconds };
    const working = this.pending.get(digest) ?? this.work(digest, attempt);
    if (working === undefined) {
      this.attempts.giveBack(clientIp);
      return BUSY;
    }
    return working.then((right) => {
      if (!right) return WRONG;
      this.attempts.giveBack(clientIp);
      return true;
    });
  }

  /** Whether it is known to be right, without any work. */
  isRemembered(attempt: PasswordAttempt): boolean {
    return this.isKnown(this.digest(attempt));
  }

  private work(digest: string, { password, stored, counts }: PasswordAttempt): Promise<boolean> | undefined {
    const work = this.lanes.run(() => verifyPassword(password, stored));
    if (work === undefined) return undefined;
    const settled = work
      .catch(() => false)
      .then((matches) => {
        const right = matches && counts;
        this.pending.delete(digest);
        if (right) this.remember(digest);
        return right;
      });
    this.pending.set(digest, settled);
    return settled;
  }

  private digest({ password, stored, counts }: PasswordAttempt): string {
    return hash("sha256", `${this.pepper}\n${counts}\n${stored}\n${password}`, "base64url");
  }

  private isKnown(digest: string): boolean {
    const until = this.known.get(digest);
    if (until === undefined) return false;
    if (this.clock.now() < until) return true;
    this.known.delete(digest);
    return false;
  }

  private remember(digest: string): void {
    if (this.known.size >= MOST_KNOWN) this.known.delete(this.known.keys().next().value as string);
    this.known.set(digest, this.clock.now() + KNOWN_FOR);
  }
}

const WRONG = refused("the user name or the password is wrong");
const TOO_MANY: Refusal = {
  kind: "refusal",
  code: "GW0506",
  reason: "too many wrong passwords came from this address",
};
const BUSY = unavailable("too many passwords are being checked");
