import { fetchJson } from "./fetch-json.ts";
import type { ProviderMetadata } from "./provider.ts";

/** What the code is redeemed with (RFC 6749 section 4.1.3, RFC 7636 section 4.5). */
export interface CodeRequest {
  readonly code: string;
  readonly redirectUri: string;
  readonly verifier: string;
}

/** This gateway, as the provider knows it. */
export interface Client {
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
}

/**
 * Redeems a code for an ID token; `undefined` if the provider refuses.
 * @throws Error if the provider does not answer, or answers that something is wrong with itself
 */
export async function redeemCode(
  { token, secretInBody }: ProviderMetadata,
  { clientId, clientSecret }: Client,
  { code, redirectUri, verifier }: CodeRequest,
): Promise<string | undefined> {
  const form = new URLSearchParams({
    grant_type: "authorization_code",
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
    client_id: clientId,
  });
  const headers: Record<string, string> = { "content-type": "application/x-www-form-urlencoded" };
  if (clientSecret !== undefined && secretInBody) form.set("client_secret", clientSecret);
  else if (clientSecret !== undefined) headers["authorization"] = basicOf(clientId, clientSecret);
  const { status, body } = await fetchJson(token, { method: "POST", headers, body: form.toString() });
  if (status >= 500 || status === 429) throw new Error(`${token} answered ${status}`);
  const idToken = status === 200 ? body["id_token"] : undefined;
  return typeof idToken === "string" ? idToken : undefined;
}

/** Both parts are form-encoded first (RFC 6749 section 2.3.1). */
function basicOf(clientId: string, clientSecret: string): string {
  const [id, secret] = [clientId, clientSecret].map((text) => new URLSearchParams({ "": text }).toString().slice(1));
  return `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
}
