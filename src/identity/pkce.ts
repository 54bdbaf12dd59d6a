import { createHash, timingSafeEqual } from "node:crypto";

/** A SHA-256 in base64url. */
const CHALLENGE = /^[A-Za-z0-9_-]{43}$/;
/** RFC 7636 section 4.1. */
const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/;

/** Whether a text can be the `S256` challenge of a verifier. */
export function isChallenge(text: string): boolean {
  return CHALLENGE.test(text);
}

/** Whether `verifier` is what `challenge` was made of (RFC 7636 section 4.6, S256). */
export function answersChallenge(verifier: string, challenge: string): boolean {
  if (!VERIFIER.test(verifier) || !CHALLENGE.test(challenge)) return false;
  const made = createHash("sha256").update(verifier, "ascii").digest("base64url");
  return timingSafeEqual(Buffer.from(made), Buffer.from(challenge));
}
