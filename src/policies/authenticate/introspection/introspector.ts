import { hash } from "node:crypto";
import type { Clock, Millis } from "../../../shared/clock.ts";
import { type Proof, type Refusal, refused, unavailable } from "../method.ts";
import type { TokenState } from "./ask-introspection.ts";
import { Inquiry } from "./inquiry.ts";
import { type KnownOutcome, OutcomeCache } from "./outcome-cache.ts";
import { tokenProof } from "./token-proof.ts";

export type Outcome = Proof | Refusal;

/** Asks what a token is; rejects where there is no telling. */
export type AskState = (token: string, controller: AbortController) => Promise<TokenState>;

export interface IntrospectorOptions {
  readonly clock: Clock;
  readonly wallClock: Clock;
  /** How long an answer is kept. */
  readonly cacheMs: Millis;
  close?(): void;
}

/** A token that does not hold now might soon: its refusal is not kept for longer. */
const REFUSAL_CACHE: Millis = 5_000;
/** How far the server's clock may be ahead of ours: it says itself that the token holds. Not for `exp`, which ends it. */
const NBF_SKEW: Millis = 60_000;
/** Tokens that are asked about at once. */
const MOST_INQUIRIES = 1_000;
/** Longer ones are refused without a question. */
const MOST_TOKEN_LENGTH = 8_192;
/** Source: RFC 6750 section 2.1, b64token. */
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/** Finds out about tokens that only their issuer can read, asking once for as many requests as carry the same one. */
export class Introspector {
  private readonly askState: AskState;
  private readonly options: IntrospectorOptions;
  private readonly cache = new OutcomeCache();
  private readonly inquiries = new Map<string, Inquiry<Outcome>>();

  constructor(askState: AskState, options: IntrospectorOptions) {
    this.askState = askState;
    this.options = options;
  }

  /** What is known of a token without asking anybody. */
  known(token: string): Outcome | undefined {
    if (token.length > MOST_TOKEN_LENGTH || !TOKEN.test(token)) return MALFORMED;
    return this.remembered(digestOf(token));
  }

  /** At once where the token is known; else a question that is under way: {@link Inquiry.join} it. Never rejects. */
  check(token: string): Outcome | Inquiry<Outcome> {
    if (token.length > MOST_TOKEN_LENGTH || !TOKEN.test(token)) return MALFORMED;
    const digest = digestOf(token);
    const outcome = this.remembered(digest);
    if (outcome !== undefined) return outcome;
    const underWay = this.inquiries.get(digest);
    if (underWay !== undefined) return underWay;
    if (this.inquiries.size >= MOST_INQUIRIES) return BUSY;
    const inquiry = new Inquiry((controller) => this.find(token, digest, controller));
    this.inquiries.set(digest, inquiry);
    void inquiry.answer.then(() => this.forget(digest, inquiry));
    return inquiry;
  }

  /** One of those who wait for an answer has gone. */
  leave(token: string, inquiry: Inquiry<Outcome>): void {
    if (inquiry.leave()) this.forget(digestOf(token), inquiry);
  }

  close(): void {
    this.options.close?.();
  }

  private forget(digest: string, inquiry: Inquiry<Outcome>): void {
    if (this.inquiries.get(digest) === inquiry) this.inquiries.delete(digest);
  }

  private remembered(digest: string): Outcome | undefined {
    const known = this.cache.get(digest);
    if (known === undefined) return undefined;
    const { clock, wallClock } = this.options;
    if (clock.now() < known.until && wallClock.now() < known.expiresAt) return known.outcome;
    this.cache.delete(digest);
    return undefined;
  }

  private async find(token: string, digest: string, controller: AbortController): Promise<Outcome> {
    try {
      const known = this.judge(await this.askState(token, controller));
      if (known === undefined) return UNREADABLE;
      if (known.until > this.options.clock.now()) this.cache.set(digest, known);
      return known.outcome;
    } catch {
      return NO_ANSWER;
    }
  }

  /** `undefined`: the server's times are none. */
  private judge({ active, claims, bytes }: TokenState): KnownOutcome | undefined {
    const { clock, wallClock, cacheMs } = this.options;
    const now = clock.now();
    const time = wallClock.now();
    const shortly = now + Math.min(cacheMs, REFUSAL_CACHE);
    if (!active) return refusal(INACTIVE, shortly);
    const expiresAt = timeOf(claims["exp"], Number.POSITIVE_INFINITY);
    const validFrom = timeOf(claims["nbf"], Number.NEGATIVE_INFINITY) - NBF_SKEW;
    if (Number.isNaN(expiresAt) || Number.isNaN(validFrom)) return undefined;
    if (time >= expiresAt) return refusal(EXPIRED, shortly);
    if (time < validFrom) return refusal(EARLY, Math.min(shortly, now + validFrom - time));
    // What is kept is more than the text that it came as: the claims, and the same once more as a field.
    return { outcome: tokenProof(claims), until: now + cacheMs, expiresAt, bytes: 500 + 4 * bytes };
  }
}

const MALFORMED = refused("the token is not one that could have been issued");
const INACTIVE = refused("the token is not active");
const EXPIRED = refused("the token has expired");
const EARLY = refused("the token is not valid yet");
const NO_ANSWER = unavailable("the token could not be checked with its issuer");
const UNREADABLE = unavailable("what the token's issuer says of it cannot be read");
const BUSY = unavailable("too many tokens are being checked with their issuer");

function refusal(outcome: Refusal, until: Millis): KnownOutcome {
  return { outcome, until, expiresAt: Number.POSITIVE_INFINITY, bytes: 500 };
}

/** A NumericDate (RFC 7519 section 2) in ms; NaN for what is none. */
function timeOf(value: unknown, absent: Millis): Millis {
  if (value === undefined) return absent;
  return typeof value === "number" ? value * 1000 : Number.NaN;
}

/** Tokens themselves are not kept. */
function digestOf(token: string): string {
  return hash("sha256", token, "base64");
}
