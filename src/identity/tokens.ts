import { randomUUID } from "node:crypto";
import type { Millis } from "../shared/clock.ts";
import type { DevelopmentIssuer } from "./development-issuer.ts";
import { SIGNING_ALGORITHMS, type SigningKey } from "./signing-key.ts";

/** The claims that a token gets from what is asked for, and that `claims` cannot replace. */
export const OWN_CLAIMS = ["iss", "sub", "aud", "iat", "nbf", "exp", "jti", "roles", "scope"] as const;

export interface AccessTokenRequest {
  readonly subject: string;
  /** Whom it is for; one is written as a text, several as a list. */
  readonly audience: readonly string[];
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly lifetime: Millis;
  /** Beside those that every token has. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

export interface IdTokenRequest {
  readonly subject: string;
  readonly clientId: string;
  readonly nonce: string | undefined;
  readonly roles: readonly string[];
  readonly lifetime: Millis;
}

/** A token, and the claims that are in it. */
export interface MintedToken {
  readonly token: string;
  readonly kid: string;
  readonly algorithm: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * An access token in the form of RFC 9068: `typ: at+jwt`, so that no ID token can pass for one.
 * @param now in ms since 1970
 */
export function mintAccessToken(
  { issuer }: Pick<DevelopmentIssuer, "issuer">,
  key: SigningKey,
  request: AccessTokenRequest,
  now: Millis,
): Promise<MintedToken> {
  const { audience, subject, roles, scopes, lifetime, claims } = request;
  const own = {
    iss: issuer,
    sub: subject,
    ...(audience.length === 0 ? {} : { aud: audience.length === 1 ? audience[0] : audience }),
    ...times(now, lifetime),
    jti: randomUUID(),
    roles,
    ...(scopes.length === 0 ? {} : { scope: scopes.join(" ") }),
  };
  return sign("at+jwt", key, { ...claims, ...own });
}

/**
 * An ID token (OpenID Connect Core 1.0 section 2) for one client.
 * @param now in ms since 1970
 */
export function mintIdToken(
  { issuer }: Pick<DevelopmentIssuer, "issuer">,
  key: SigningKey,
  { subject, clientId, nonce, roles, lifetime }: IdTokenRequest,
  now: Millis,
): Promise<MintedToken> {
  const { iat, exp } = times(now, lifetime);
  const claims = { iss: issuer, sub: subject, aud: clientId, iat, exp, auth_time: iat, jti: randomUUID() };
  const about = { name: subject, preferred_username: subject, roles };
  return sign("JWT", key, { ...claims, ...about, ...(nonce === undefined ? {} : { nonce }) });
}

/**
 * The claims of an access token of this issuer; `undefined` if it is not one, or no longer.
 * @param now in ms since 1970
 */
export async function readAccessToken(
  { issuer, jwks }: Pick<DevelopmentIssuer, "issuer" | "jwks">,
  token: string,
  now: Millis,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const { createLocalJWKSet, jwtVerify } = await import("jose");
  const keys = createLocalJWKSet({ keys: jwks().map((key) => ({ ...key, kty: String(key.kty) })) });
  const rules = { issuer, typ: "at+jwt", algorithms: [...SIGNING_ALGORITHMS], requiredClaims: ["exp", "sub"] };
  try {
    return (await jwtVerify(token, keys, { ...rules, currentDate: new Date(now) })).payload;
  } catch {
    return undefined;
  }
}

/** In seconds since 1970. A token is good from now on, and for at least its lifetime. */
function times(now: Millis, lifetime: Millis): { iat: number; nbf: number; exp: number } {
  const iat = Math.floor(now / 1000);
  return { iat, nbf: iat, exp: Math.ceil((now + lifetime) / 1000) };
}

async function sign(typ: string, key: SigningKey, claims: Record<string, unknown>): Promise<MintedToken> {
  const { SignJWT } = await import("jose");
  const { algorithm, kid, privateKey } = key;
  const token = await new SignJWT(claims).setProtectedHeader({ alg: algorithm, typ, kid }).sign(privateKey);
  return { token, kid, algorithm, claims };
}
