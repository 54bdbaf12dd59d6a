import { z } from "zod";

/** What a hashing algorithm hashes: the client's address, or a named part of the request. */
export type KeySpec =
  | { readonly from: "ip" | "path" | "consumer" }
  | { readonly from: "header" | "cookie" | "query" | "claim"; readonly name: string };

const KEY_PATTERN = /^(?:(ip|path|consumer)|(header|cookie|query|claim):(.+))$/;
const FORMS = "ip, path, consumer, header:NAME, cookie:NAME, query:NAME or claim:NAME";

/** "header:X-User" → `{ from: "header", name: "x-user" }`; `undefined` if it is not a key. Header names are lower-cased. */
export function parseKey(text: string): KeySpec | undefined {
  const match = KEY_PATTERN.exec(text);
  if (match === null) return undefined;
  const [, plain, from, name = ""] = match;
  if (plain !== undefined) return { from: plain as "ip" | "path" | "consumer" };
  return { from: from as "header" | "cookie" | "query" | "claim", name: from === "header" ? name.toLowerCase() : name };
}

/** `key:` of a hashing algorithm. */
export const keySchema = z
  .string()
  .refine((text) => parseKey(text) !== undefined, { error: `must be ${FORMS}` })
  .transform((text) => parseKey(text) as KeySpec)
  .describe(`What to hash: ${FORMS}. A request without it is hashed by the client's address.`);
