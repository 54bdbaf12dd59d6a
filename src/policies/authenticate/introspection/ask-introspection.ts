import type { AuthClient } from "../auth-client.ts";
import { type JsonObject, parseStrictObject } from "../jwt/strict-json.ts";

/** What an authorization server says of a token: what it is, or nothing but that it does not hold. */
export interface TokenState {
  readonly active: boolean;
  /** The whole answer. */
  readonly claims: JsonObject;
  /** Of the answer as it came. */
  readonly bytes: number;
}

/**
 * Asks whether a token holds. Rejects with an Error whose message is a phrase that says nothing of token or secret.
 * Source: RFC 7662 section 2.
 * @param credentials the gateway's own, as a value of Authorization
 */
export async function askIntrospection(
  client: AuthClient,
  credentials: string,
  token: string,
  controller: AbortController,
): Promise<TokenState> {
  const form = new URLSearchParams([
    ["token", token],
    ["token_type_hint", "access_token"],
  ]).toString();
  const headers = {
    accept: "application/json",
    authorization: credentials,
    "content-type": "application/x-www-form-urlencoded",
    "content-length": String(form.length),
  };
  const question = { method: "POST", headers, body: form, wantsBody: isAnswer } as const;
  const { status, body } = await client.ask(question, controller);
  if (!isAnswer(status)) throw new Error(`it answered ${status}`);
  const claims = parseStrictObject(body);
  const active = claims !== undefined && Object.hasOwn(claims, "active") ? claims["active"] : undefined;
  if (claims === undefined || typeof active !== "boolean") throw new Error("its answer is no introspection response");
  return { active, claims, bytes: body.length };
}

function isAnswer(status: number): boolean {
  return status === 200;
}

/**
 * A client's id and secret for HTTP Basic, each form-encoded first, so that a colon in the id does no harm.
 * Source: RFC 6749 section 2.3.1.
 */
export function clientCredentials(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${formEncoded(id)}:${formEncoded(secret)}`).toString("base64")}`;
}

function formEncoded(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}
