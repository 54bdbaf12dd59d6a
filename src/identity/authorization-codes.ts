import { randomBytes } from "node:crypto";
import type { Clock, Millis } from "../shared/clock.ts";
import { answersChallenge } from "./pkce.ts";

const LIFETIME: Millis = 60_000;
/** More logins at the same moment than any developer has; the oldest give way. */
const MOST = 1_000;

/** What a user has agreed to, until the client fetches the tokens. */
export interface Grant {
  readonly clientId: string;
  readonly redirectUri: string;
  /** Of PKCE, by S256. */
  readonly challenge: string;
  readonly subject: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly audience: readonly string[];
  readonly nonce: string | undefined;
}

/** What a client shows along with its code. */
export interface CodeProof {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly verifier: string;
}

/**
 * Authorization codes (RFC 6749 section 4.1.2): good once, for 60 s, and only for the client, the redirect URI and the
 * PKCE challenge that they were given to.
 */
export class AuthorizationCodes {
  private readonly clock: Clock;
  private readonly grants = new Map<string, { readonly grant: Grant; readonly until: Millis }>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** A new code for `grant`. */
  issue(grant: Grant): string {
    const now = this.clock.now();
    for (const [code, { until }] of this.grants) {
      // The oldest come first.
      if (until > now && this.grants.size < MOST) break;
      this.grants.delete(code);
    }
    const code = randomBytes(32).toString("base64url");
    this.grants.set(code, { grant, until: now + LIFETIME });
    return code;
  }

  /** What the code stands for. It is used up by the attempt, whether or not that succeeds: nobody gets a second guess. */
  redeem(code: string, { clientId, redirectUri, verifier }: CodeProof): Grant | undefined {
    const found = this.grants.get(code);
    this.grants.delete(code);
    if (found === undefined || found.until <= this.clock.now()) return undefined;
    const { grant } = found;
    const isTheirs = grant.clientId === clientId && grant.redirectUri === redirectUri;
    return isTheirs && answersChallenge(verifier, grant.challenge) ? grant : undefined;
  }
}
