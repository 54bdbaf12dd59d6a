import { isFetchable } from "../../../shared/fetchable-url.ts";
import { type KeySet, readKeySet } from "./key-set.ts";

const TIMEOUT_MS = 5_000;
const MOST_BYTES = 512 * 1024;

/** Fetches a JWK Set. Rejects with an Error whose message is a phrase. */
export async function fetchKeySet(url: string): Promise<KeySet> {
  const set = readKeySet(await fetchJson(url), { secrets: false });
  if (set === undefined) throw new Error(`${url} is not a JWK Set`);
  return set;
}

/**
 * Fetches an issuer's JWK Set by its metadata.
 * Source: OpenID Connect Discovery 1.0 sections 4.1 and 4.3: the metadata must name the very issuer that was asked.
 */
export async function discoverKeySet(issuer: string): Promise<KeySet> {
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const metadata = await fetchJson(url);
  const named = typeof metadata === "object" && metadata !== null ? (metadata as Record<string, unknown>) : {};
  if (named["issuer"] !== issuer) throw new Error(`${url} is of another issuer`);
  const jwks = named["jwks_uri"];
  if (typeof jwks !== "string" || !isFetchable(jwks)) throw new Error(`${url} names no jwks_uri that can be used`);
  return fetchKeySet(jwks);
}

/** Redirects are not followed: keys come from where the config says. */
async function fetchJson(url: string): Promise<unknown> {
  const headers = { accept: "application/json, application/jwk-set+json" };
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  let response: Response;
  try {
    response = await fetch(url, { headers, redirect: "manual", signal });
  } catch {
    throw new Error(`${url} does not answer`);
  }
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`${url} answered ${response.status}`);
  }
  try {
    return JSON.parse(await textOf(response));
  } catch {
    throw new Error(`${url} did not answer with JSON of at most ${MOST_BYTES} bytes`);
  }
}

async function textOf({ body }: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop early ends the transfer.
  for await (const part of body ?? []) {
    size += part.byteLength;
    if (size > MOST_BYTES) throw new Error("too long");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
