import type { JsonObject } from "../jwt/strict-json.ts";

const TIMEOUT_MS = 5_000;
const MOST_BYTES = 256 * 1024;

/** A provider's answer; a body that is not a JSON object counts as an empty one. */
export interface ProviderAnswer {
  readonly status: number;
  readonly body: JsonObject;
}

/**
 * Asks a provider. Redirects are not followed: what is asked is where the config or the provider's metadata say.
 * @throws Error with a phrase, if it does not answer within 5 s or with more than 256 KiB
 */
export async function fetchJson(
  url: string,
  init: Pick<RequestInit, "method" | "headers" | "body"> = {},
): Promise<ProviderAnswer> {
  const headers = { accept: "application/json", ...(init.headers as Record<string, string> | undefined) };
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(url, { ...init, headers, redirect: "manual", signal });
    return { status: response.status, body: readObject(await textOf(response)) };
  } catch {
    throw new Error(`${url} does not answer`);
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

function readObject(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
  } catch {
    return {};
  }
}
