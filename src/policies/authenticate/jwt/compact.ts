import { type JsonObject, parseStrictObject } from "./strict-json.ts";

/** Longer tokens are refused unread. */
export const MOST_TOKEN_BYTES = 8 * 1024;

/** A signed token, taken apart. Nothing of it is believed yet. */
export interface CompactToken {
  readonly header: JsonObject;
  readonly claims: JsonObject;
  /** What was signed. */
  readonly signed: Buffer;
  readonly signature: Buffer;
}

/** Takes a token apart (RFC 7515 section 7.1), or says in a phrase why it is none. */
export function parseCompact(token: string): CompactToken | string {
  if (token === "") return "the token is empty";
  if (token.length > MOST_TOKEN_BYTES) return `the token is longer than ${MOST_TOKEN_BYTES} bytes`;
  const parts = token.split(".");
  if (parts.length === 5) return "the token is encrypted, not signed";
  const [head, payload, end] = parts;
  if (parts.length !== 3 || head === undefined || payload === undefined || end === undefined) {
    return "the token is not a JWT";
  }
  const [headerBytes, payloadBytes, signature] = [decode(head), decode(payload), decode(end)];
  if (headerBytes === undefined || payloadBytes === undefined || signature === undefined) {
    return "the token is not base64url";
  }
  const header = parseStrictObject(headerBytes);
  if (header === undefined) return "the token's header is not a JSON object with distinct names";
  const claims = parseStrictObject(payloadBytes);
  if (claims === undefined) return "the token's claims are not a JSON object with distinct names";
  return { header, claims, signed: Buffer.from(`${head}.${payload}`, "latin1"), signature };
}

/** Strict base64url without padding (RFC 7515 section 2): one text for one sequence of bytes. Empty for nothing. */
function decode(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64url");
  // Node ignores bits and characters that are left over.
  return bytes.toString("base64url") === text ? bytes : undefined;
}
