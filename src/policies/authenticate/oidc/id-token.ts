import type { Principal } from "../../../exchange/principal.ts";
import { isSame } from "./pending-logins.ts";

/** Signature algorithms taken of ID tokens: all that need no shared secret. */
export const ID_TOKEN_ALGORITHMS = [
  "RS256",
  "ES256",
  "PS256",
  "EdDSA",
  "RS384",
  "RS512",
  "ES384",
  "ES512",
  "PS384",
  "PS512",
] as const;

/**
 * What an ID token has wrong beyond signature, issuer, audience and times, in a phrase. Source: OpenID Connect Core 1.0
 * section 3.1.3.7, steps 3 to 5 and 11, and section 2 for what it must have.
 */
export function idTokenProblem({ claims }: Principal, clientId: string, nonce: string): string | undefined {
  const { sub, aud, azp, iat } = claims;
  if (typeof sub !== "string" || sub === "") return "the ID token does not say who it is about";
  if (iat === undefined) return "the ID token does not say when it was issued";
  if (Array.isArray(aud) && aud.length > 1 && azp === undefined) return "the ID token is for several clients";
  if (azp !== undefined && azp !== clientId) return "the ID token was issued to another client";
  const named = claims["nonce"];
  if (typeof named !== "string" || !isSame(named, nonce)) return "the ID token is of another login";
  return undefined;
}
