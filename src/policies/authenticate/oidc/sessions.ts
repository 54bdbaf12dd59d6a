import type { Principal } from "../../../exchange/principal.ts";
import type { RequestFacts } from "../../../exchange/request-facts.ts";
import type { Clock, Millis } from "../../../shared/clock.ts";
import { identityFields } from "../identity-fields.ts";
import type { JsonObject } from "../jwt/strict-json.ts";
import type { Proof } from "../method.ts";
import { type CredentialSource, readCredential, SEVERAL } from "../sources.ts";
import type { SealedBox } from "./sealed-box.ts";
import { setCookie } from "./set-cookie.ts";

const LONGEST: Millis = 8 * 3_600_000;
/** An ID token that is about to end must not send the browser round in circles. */
const SHORTEST: Millis = 60_000;
/** What every browser keeps of a cookie, attributes included (RFC 6265 section 6.1). */
const MOST_COOKIE_BYTES = 4096;
/** Sessions that are kept open; 4 KiB each at most. */
const MOST_KNOWN = 1_000;
/** Claims that were about the login, and say nothing of who it is. */
const OF_THE_LOGIN = new Set(["nonce", "at_hash", "c_hash", "s_hash", "jti", "sid", "session_state", "acr", "amr"]);

/** Why a session cookie does not let in: it is no session of this gateway's, or none any more. */
export const NO_SESSION = Symbol("no session");

/** What a session cookie says. */
interface Session {
  readonly until: Millis;
  readonly subject: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly claims: JsonObject;
}

/** A session cookie that was opened. */
interface OpenSession {
  readonly until: Millis;
  readonly proof: Proof;
}

/** Who is logged in. Nothing has to be kept in the gateway: each session is a sealed cookie of the browser's. */
export class Sessions {
  readonly source: CredentialSource;
  private readonly box: SealedBox;
  private readonly wallClock: Clock;
  private readonly consumerOf: (subject: string) => string | undefined;
  /** By the cookie's text. */
  private readonly known = new Map<string, OpenSession>();

  constructor(box: SealedBox, cookie: string, wallClock: Clock, consumerOf: (subject: string) => string | undefined) {
    this.box = box;
    this.source = { in: "cookie", name: cookie };
    this.wallClock = wallClock;
    this.consumerOf = consumerOf;
  }

  /** The Set-Cookie of a new session for whom an ID token is about; `undefined` where its claims are too long for one. */
  begin({ roles, scopes, claims }: Principal, secure: boolean): string | undefined {
    const now = this.wallClock.now();
    const ends = Math.max((claims["exp"] as number) * 1000, now + SHORTEST);
    const until = Math.min(ends, now + LONGEST);
    const kept = Object.entries(claims).filter(([name]) => !OF_THE_LOGIN.has(name));
    const session: Session = {
      until,
      subject: claims["sub"] as string,
      roles,
      scopes,
      claims: Object.fromEntries(kept),
    };
    const maxAge = Math.floor((until - now) / 1000);
    const field = setCookie(this.source.name, this.box.seal(session), { path: "/", secure, maxAge });
    return field.length > MOST_COOKIE_BYTES ? undefined : field;
  }

  /** The Set-Cookie that ends it. */
  end(secure: boolean): string {
    return setCookie(this.source.name, "", { path: "/", secure, maxAge: 0 });
  }

  /** Who is logged in; `undefined` where no cookie says so. */
  read(request: RequestFacts): Proof | typeof NO_SESSION | typeof SEVERAL | undefined {
    const sealed = readCredential(request, [this.source], () => undefined);
    if (sealed === undefined || sealed === SEVERAL) return sealed;
    const known = this.known.get(sealed) ?? this.open(sealed);
    return known === undefined || this.wallClock.now() >= known.until ? NO_SESSION : known.proof;
  }

  /** Opens a cookie that has not been seen lately, and remembers it if it is one of this gateway's. */
  private open(sealed: string): OpenSession | undefined {
    const opened = this.box.open(sealed) as Session | undefined;
    if (opened === undefined) return undefined;
    const { until, subject, roles, scopes, claims } = opened;
    const consumer = this.consumerOf(subject);
    const principal: Principal = { id: consumer ?? subject, consumer, roles, scopes, claims, method: "oidc" };
    const session: OpenSession = { until, proof: { kind: "proof", principal, fields: identityFields(principal) } };
    // The one that was opened first gives way: opening it again costs 20 us.
    if (this.known.size >= MOST_KNOWN) this.known.delete(this.known.keys().next().value ?? "");
    // A text of its own: what was cut out of a request's head would keep all of it.
    this.known.set(Buffer.from(sealed, "latin1").toString("latin1"), session);
    return session;
  }
}
