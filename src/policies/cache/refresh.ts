import type { Fields } from "../../exchange/answer.ts";
import type { CollectedResponse } from "../../exchange/collected-response.ts";
import type { Millis } from "../../shared/clock.ts";
import type { CacheContext } from "./cache-context.ts";
import { isAbout } from "./conditions.ts";
import type { Lookup } from "./lookup.ts";
import { judgeResponse } from "./response-rules.ts";
import type { Pending } from "./store.ts";
import { type Arrival, freshen, isOfLength, store as makeStored, type Stored } from "./stored.ts";
import { varyNames } from "./vary.ts";

/** After a refresh that nobody answered, nobody tries again for this long. */
const REST: Millis = 1_000;
/** What the client asks for, not the cache. */
const CLIENTS_OWN = ["range", "if-range", "if-none-match", "if-modified-since"];

/** Asks the service whether a stale response is still right, while it answers (RFC 5861 section 3): once, whoever comes. */
export function refreshBehind(context: CacheContext, lookup: Lookup, stored: Stored, now: Millis): void {
  if (stored.refreshingUntil > now) return;
  stored.refreshingUntil = Number.POSITIVE_INFINITY;
  const { exchange, key, credentials } = lookup;
  for (const name of CLIENTS_OWN) exchange.requestFields.remove(name);
  const fields: Fields = [
    ...(stored.etag === undefined ? [] : [["if-none-match", stored.etag] as const]),
    ...(stored.lastModified === undefined ? [] : [["if-modified-since", stored.lastModified] as const]),
  ];
  const pending: Pending = { key, isVoid: false };
  const refresh: Refresh = { context, stored, pending, credentials, requestedAt: now, method: exchange.request.method };
  context.store.begin(pending);
  const settle = (response: CollectedResponse | undefined): void => {
    context.store.end(pending);
    take(refresh, response);
  };
  exchange.sendAgain(fields, context.maxEntryBytes).then(settle, () => settle(undefined));
}

/** A refresh on its way. The exchange that began it may be over: nothing of it is looked at any more. */
interface Refresh {
  readonly context: CacheContext;
  readonly stored: Stored;
  readonly pending: Pending;
  readonly credentials: boolean;
  readonly requestedAt: Millis;
  readonly method: string;
}

function take(refresh: Refresh, response: CollectedResponse | undefined): void {
  const { context, stored, pending, method } = refresh;
  const { clock, store } = context;
  // Where nobody answered, the next one tries again a little later.
  stored.refreshingUntil = response === undefined ? clock.now() + REST : Number.NEGATIVE_INFINITY;
  if (pending.isVoid || response === undefined || response.status >= 500) return;
  const arrival = arrivalOf(refresh, response);
  if (arrival === undefined) return store.remove(pending.key, stored);
  if (response.status === 304 || method === "HEAD") {
    const isSame =
      response.status === 304 || (response.status === stored.status && isOfLength(response.headers, stored));
    const fresh = isSame && isAbout(response.headers, stored) ? freshen(stored, arrival) : undefined;
    if (fresh?.stays === true) store.put(pending.key, fresh.stored);
    else store.remove(pending.key, stored);
    return;
  }
  const rules = judgeResponse({ ...arrival, receivedAt: arrival.wallReceivedAt });
  if (rules === undefined) return store.remove(pending.key, stored);
  store.put(pending.key, makeStored(arrival, rules, Buffer.from(response.body)));
}

/** @returns `undefined` where the response depends on other fields than the stored one: what they were is not known here */
function arrivalOf(
  { context, stored, credentials, requestedAt }: Refresh,
  response: CollectedResponse,
): Arrival | undefined {
  const { status, headers } = response;
  const { clock, wallClock, ttl, vary } = context;
  const names = status === 304 && !headers.has("vary") ? stored.selecting.names : varyNames(headers, vary);
  if (names === undefined || names.join() !== stored.selecting.names.join()) return undefined;
  const times = { requestedAt, receivedAt: clock.now(), wallReceivedAt: wallClock.now() };
  return { status, headers, selecting: stored.selecting, credentials, ttl, ...times };
}
