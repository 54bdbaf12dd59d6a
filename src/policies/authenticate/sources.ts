import type { RequestFacts } from "../../exchange/request-facts.ts";
import { cookieValue } from "../../routing/cookies.ts";
import { queryValue } from "../../routing/query.ts";

/** A place in a request where a credential may be. */
export interface CredentialSource {
  readonly in: "header" | "query" | "cookie";
  /** Of a header in lower case. */
  readonly name: string;
}

/** Where the Authorization field is read. */
export const AUTHORIZATION: CredentialSource = { in: "header", name: "authorization" };

/** The request has more than one credential of this kind. */
export const SEVERAL = Symbol("several credentials");

/** "header:X-Api-Key" → `{ in: "header", name: "x-api-key" }`; the schema has checked the form. */
export function parseSource(text: string): CredentialSource {
  const colon = text.indexOf(":");
  const kind = text.slice(0, colon) as CredentialSource["in"];
  const name = text.slice(colon + 1);
  return { in: kind, name: kind === "header" ? name.toLowerCase() : name };
}

/**
 * The credential that a request has at one of these places; `undefined` if there is none. `ofHeader` takes it out of a
 * field's value, `undefined` where the field is of another scheme.
 *
 * Header and query together, or any of them twice, are {@link SEVERAL}: the endpoint might read the other one. A cookie is
 * looked at only where there is neither, because browsers send it whether it is meant or not.
 */
export function readCredential(
  request: RequestFacts,
  sources: readonly CredentialSource[],
  ofHeader: (value: string, name: string) => string | undefined,
): string | undefined | typeof SEVERAL {
  let found: string | undefined;
  let cookies = false;
  for (let i = 0; i < sources.length; i++) {
    const source = sources[i] as CredentialSource;
    if (source.in === "cookie") {
      cookies = true;
      continue;
    }
    const here = source.in === "header" ? fromHeader(request, source.name, ofHeader) : fromQuery(request, source.name);
    if (here === undefined) continue;
    if (here === SEVERAL || found !== undefined) return SEVERAL;
    found = here;
  }
  return found === undefined && cookies ? fromCookies(request, sources) : found;
}

function fromHeader(
  { headers }: RequestFacts,
  name: string,
  ofHeader: (value: string, name: string) => string | undefined,
): string | undefined | typeof SEVERAL {
  const value = headers.get(name);
  if (value === undefined) return undefined;
  // Several fields come joined by commas, which a credential may have, too.
  if (value.includes(",") && headers.getAll(name).length > 1) return SEVERAL;
  return ofHeader(value, name);
}

function fromQuery({ query }: RequestFacts, name: string): string | undefined | typeof SEVERAL {
  if (query === "") return undefined;
  const value = queryValue(query, name);
  if (value === undefined) return undefined;
  return new URLSearchParams(query).getAll(name).length > 1 ? SEVERAL : value;
}

function fromCookies(
  { headers }: RequestFacts,
  sources: readonly CredentialSource[],
): string | undefined | typeof SEVERAL {
  if (!headers.has("cookie")) return undefined;
  let found: string | undefined;
  for (const source of sources) {
    if (source.in !== "cookie") continue;
    const value = cookieValue(headers, source.name);
    if (value === undefined) continue;
    if (found !== undefined || countCookies(headers.getAll("cookie"), source.name) > 1) return SEVERAL;
    found = value;
  }
  return found;
}

function countCookies(fields: readonly string[], name: string): number {
  return fields.flatMap((field) => field.split(";")).filter((pair) => isCookie(pair, name)).length;
}

/** Is "a=b" the cookie of this name? */
export function isCookie(pair: string, name: string): boolean {
  const equals = pair.indexOf("=");
  return equals >= 0 && pair.slice(0, equals).trim() === name;
}

const BEARER = /^bearer(?: +|$)/i;

/**
 * A token out of a field's value: in Authorization after the scheme Bearer (RFC 6750 section 2.1), whose name is not
 * case-sensitive; in any other field also alone.
 */
export function bearerToken(value: string, name: string): string | undefined {
  if (value.startsWith("Bearer ") && value.charCodeAt(7) !== 0x20) return value.slice(7);
  const scheme = BEARER.exec(value);
  if (scheme !== null) return value.slice(scheme[0].length);
  return name === AUTHORIZATION.name ? undefined : value;
}
