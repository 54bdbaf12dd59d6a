import type { PolicyResponse } from "../../exchange/policy-response.ts";
import type { Millis } from "../../shared/clock.ts";
import type { CacheContext } from "./cache-context.ts";
import type { Forwarded } from "./lookup.ts";
import { judgeResponse, type ResponseRules } from "./response-rules.ts";
import { readFields } from "./stored-fields.ts";
import type { Arrival } from "./stored.ts";
import { selectingOf, varyNames } from "./vary.ts";

/** A response that may be stored, its body aside. */
export interface Candidate {
  readonly arrival: Arrival;
  readonly rules: ResponseRules;
}

/** May a response be stored, and is there anything in it? */
export function considerResponse(
  context: CacheContext,
  forwarded: Forwarded,
  response: PolicyResponse,
  now: Millis,
): Candidate | undefined {
  const { status, code, sent, length } = response;
  const { maxEntryBytes, vary, wallClock, ttl } = context;
  if (code !== undefined || !mayStore(forwarded) || (length ?? 0) > maxEntryBytes) return undefined;
  const { credentials, wants } = forwarded.lookup;
  if (isEndless(sent.get("content-type")) || (wants.range !== undefined && status !== 200)) return undefined;
  const rules = judgeResponse({ status, headers: sent, credentials, ttl, receivedAt: wallClock.now() });
  const names = rules === undefined ? undefined : varyNames(sent, vary);
  if (rules === undefined || names === undefined || !isWorthStoring(context, rules, response)) return undefined;
  return { rules, arrival: arrivalOf(context, forwarded, response, names, now) };
}

export function mayStore({ isVoid, lookup }: Forwarded): boolean {
  return !isVoid && !lookup.wants.noStore;
}

/** What is neither fresh for a while, nor can be validated, nor may be stale, would never answer anything. */
function isWorthStoring({ windows }: CacheContext, rules: ResponseRules, { sent }: PolicyResponse): boolean {
  if (rules.lifetime > 0 || sent.has("etag") || sent.has("last-modified")) return true;
  if (rules.noCache || rules.mustRevalidate) return false;
  return (rules.staleWhileRevalidate ?? 0) > 0 || (rules.staleIfError ?? windows.staleIfError ?? 0) > 0;
}

/** Those who wait for the end of such a response would wait for ever. */
function isEndless(contentType: string | undefined): boolean {
  return contentType !== undefined && /^\s*(?:text\/event-stream|multipart\/x-mixed-replace)\b/i.test(contentType);
}

/**
 * A response as it is when it comes.
 * @param names of the request fields that it depends on
 */
export function arrivalOf(
  { ttl, wallClock }: CacheContext,
  { lookup, requestedAt }: Forwarded,
  { status, sent }: PolicyResponse,
  names: readonly string[],
  receivedAt: Millis,
): Arrival {
  const { exchange, credentials } = lookup;
  return {
    status,
    // The head is the connection's, and is used for the next one.
    headers: readFields(sent.entries()),
    selecting: selectingOf(exchange, names),
    credentials,
    ttl,
    requestedAt,
    receivedAt,
    wallReceivedAt: wallClock.now(),
  };
}
