import type { PolicyExchange } from "../../exchange/policy-exchange.ts";
import type { PolicyResponse } from "../../exchange/policy-response.ts";
import { cacheKey, resolveReference, uriOf } from "./key.ts";
import type { CacheStore } from "./store.ts";

/** Methods that change nothing (RFC 9110 section 9.2.1, and the registry of methods). Of others, nobody knows. */
const SAFE = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "REPORT", "SEARCH", "QUERY"]);

export function isSafe(method: string): boolean {
  return SAFE.has(method);
}

/**
 * A request that may have changed something has been answered: what is stored of its URI is not to be trusted any more, nor
 * of those that the response names, as long as they are of the same origin (RFC 9111 section 4.4).
 */
export function invalidateBy(
  { request, routeName, query }: PolicyExchange,
  { status, code, sent }: PolicyResponse,
  store: Pick<CacheStore, "invalidate">,
): void {
  if (status < 200 || status > 399 || code !== undefined) return;
  const uri = uriOf(cacheKey(routeName, request, query));
  store.invalidate(uri);
  for (const name of ["location", "content-location"]) {
    const reference = sent.get(name);
    const named = reference === undefined ? undefined : resolveReference(uri, reference);
    if (named !== undefined) store.invalidate(named);
  }
}
