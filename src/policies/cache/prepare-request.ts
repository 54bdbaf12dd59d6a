import type { Millis } from "../../shared/clock.ts";
import type { Forwarded, Lookup } from "./lookup.ts";
import type { CacheStore } from "./store.ts";
import { hasValidator } from "./stored.ts";

/**
 * Gives a request that goes on the cache's own conditions, where it has something that may still be right; and takes the
 * client's away, where the whole response is wanted for the others (RFC 9111 section 4.3.1).
 */
export function prepareRequest(
  lookup: Lookup,
  store: Pick<CacheStore, "markOf">,
  now: Millis,
): Pick<Forwarded, "validates" | "judges"> {
  const { exchange, wants, stored } = lookup;
  const { requestFields: fields, request } = exchange;
  const validates = stored !== undefined && !wants.forOrigin && hasValidator(stored);
  const judges = validates || (request.method === "GET" && wouldStore(lookup, store, now));
  if (validates) {
    setOrRemove("if-none-match", stored.etag);
    setOrRemove("if-modified-since", stored.lastModified);
    fields.remove("range");
    fields.remove("if-range");
  } else if (judges) {
    if (wants.ifNoneMatch !== undefined) fields.remove("if-none-match");
    if (wants.ifModifiedSince !== undefined) fields.remove("if-modified-since");
  }
  return { validates, judges };

  function setOrRemove(name: string, value: string | undefined): void {
    if (value === undefined) fields.remove(name);
    else fields.set(name, value);
  }
}

function wouldStore({ key, wants }: Lookup, store: Pick<CacheStore, "markOf">, now: Millis): boolean {
  if (wants.noStore || wants.forOrigin || wants.range !== undefined) return false;
  return store.markOf(key, now)?.unstorable !== true;
}
