import type { JsonObject } from "./strict-json.ts";

/** What a token's claims must be. */
export interface ClaimRules {
  readonly issuer: string;
  readonly audience: string | undefined;
  /** In seconds, for exp, nbf and iat. */
  readonly skewSeconds: number;
}

/**
 * Why claims do not let in, in a phrase; `undefined` if they do. `exp` is required. Times are numbers of seconds, not texts.
 * Source: RFC 7519 section 4.1.
 * @param now in seconds since 1970
 */
export function claimsProblem(claims: JsonObject, rules: ClaimRules, now: number): string | undefined {
  const { iss, aud, exp, nbf, iat, sub } = claims;
  const { issuer, audience, skewSeconds } = rules;
  if (iss !== issuer) return iss === undefined ? "the token names no issuer" : "the token is of another issuer";
  if (audience !== undefined && !isFor(aud, audience)) {
    return aud === undefined ? "the token names no audience" : "the token is for another audience";
  }
  if (exp === undefined) return "the token has no exp";
  if (!isTime(exp)) return "the token's exp is not a time";
  if (now >= exp + skewSeconds) return "the token has expired";
  if (nbf !== undefined) {
    if (!isTime(nbf)) return "the token's nbf is not a time";
    if (now < nbf - skewSeconds) return "the token is not valid yet";
  }
  if (iat !== undefined) {
    if (!isTime(iat)) return "the token's iat is not a time";
    if (now < iat - skewSeconds) return "the token was issued in the future";
  }
  return sub === undefined || typeof sub === "string" ? undefined : "the token's sub is not a text";
}

function isFor(aud: unknown, audience: string): boolean {
  if (!Array.isArray(aud)) return aud === audience;
  return aud.every((one) => typeof one === "string") && aud.includes(audience);
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
