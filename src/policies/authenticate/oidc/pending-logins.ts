import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { RequestFacts } from "../../../exchange/request-facts.ts";
import { cookieValue } from "../../../routing/cookies.ts";
import type { Clock, Millis } from "../../../shared/clock.ts";
import { CALLBACK_PATH } from "./paths.ts";
import type { SealedBox } from "./sealed-box.ts";
import { setCookie } from "./set-cookie.ts";

const LIFETIME: Millis = 10 * 60_000;
/** A browser's logins that are under way at once: each has a cookie, and a request's head has its limit. */
const SLOTS = 8;

/** A login that has begun, as the browser keeps it. */
export interface PendingLogin {
  /** Ties the provider's answer to this browser (RFC 6749 section 10.12). */
  readonly state: string;
  /** Ties the ID token to this login (OpenID Connect Core section 3.1.2.1). */
  readonly nonce: string;
  /** Ties the code to this login (RFC 7636). */
  readonly verifier: string;
  readonly returnPath: string;
}

/**
 * Logins under way. Nothing is kept in the gateway: each is a sealed cookie, for ten minutes and for the callback alone,
 * so that endpoints never see it. Several tabs may log in at once, in cookies of different slots.
 */
export class PendingLogins {
  private readonly box: SealedBox;
  private readonly cookie: string;
  private readonly wallClock: Clock;

  /** @param cookie of the session, whose name these begin with */
  constructor(box: SealedBox, cookie: string, wallClock: Clock) {
    this.box = box;
    this.cookie = cookie;
    this.wallClock = wallClock;
  }

  /** A new login, and the Set-Cookie for it. */
  begin(returnPath: string, secure: boolean): { readonly login: PendingLogin; readonly field: string } {
    const login = { state: secretText(), nonce: secretText(), verifier: secretText(), returnPath };
    const sealed = this.box.seal({ ...login, until: this.wallClock.now() + LIFETIME });
    return { login, field: setCookie(this.nameFor(login.state), sealed, this.options(secure, LIFETIME / 1000)) };
  }

  /** The login of this browser that the provider's `state` belongs to. */
  find({ headers }: RequestFacts, state: string): PendingLogin | undefined {
    const sealed = cookieValue(headers, this.nameFor(state));
    const opened = sealed === undefined ? undefined : this.box.open(sealed);
    if (opened === undefined) return undefined;
    const { until, ...login } = opened as unknown as PendingLogin & { readonly until: Millis };
    return this.wallClock.now() < until && isSame(login.state, state) ? login : undefined;
  }

  /** The Set-Cookie that ends it. */
  end(state: string, secure: boolean): string {
    return setCookie(this.nameFor(state), "", this.options(secure, 0));
  }

  private options(secure: boolean, maxAge: number) {
    return { path: CALLBACK_PATH, secure, maxAge };
  }

  private nameFor(state: string): string {
    return `${this.cookie}_login${(createHash("sha256").update(state).digest()[0] as number) % SLOTS}`;
  }
}

/** The S256 challenge of a verifier (RFC 7636 section 4.2). */
export function challengeOf(verifier: string): string {
  return createHash("sha256").update(verifier, "ascii").digest("base64url");
}

/** Takes as long however much of the texts is the same. */
export function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function secretText(): string {
  return randomBytes(32).toString("base64url");
}
