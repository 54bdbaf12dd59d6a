import type { Fields, PlainAnswer } from "../../exchange/answer.ts";
import type { HeaderReader } from "../../exchange/header-reader.ts";
import type { Millis } from "../../shared/clock.ts";
import type { Validators } from "./conditions.ts";
import { parseHttpDate } from "./http-date.ts";
import { dateOf, judgeResponse, type ResponseRules } from "./response-rules.ts";
import { fieldsToStore, readFields, updateFields } from "./stored-fields.ts";
import type { Selecting } from "./vary.ts";

/** A stored response. What may change of it is only what is remembered of its use. */
export interface Stored {
  readonly status: number;
  readonly fields: Fields;
  readonly body: Buffer;
  /** Of a response to HEAD, which has no body and answers nothing but HEAD: what its Content-Length said. */
  readonly headLength: number | undefined;
  readonly selecting: Selecting;
  readonly rules: ResponseRules;
  /** By its Date, or else when it came; in ms since 1970. */
  readonly date: number;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
  /** Of its Last-Modified, or else its Date: what If-Modified-Since is compared with. In ms since 1970. */
  readonly modifiedAt: number;
  /** Its Last-Modified is surely of these octets alone: a second before its Date, at least (RFC 9110 section 8.8.2.2). */
  readonly isDateStrong: boolean;
  /** When it would have been of age 0, on the monotonic clock. */
  readonly bornAt: Millis;
  /** Octets that it takes, roughly. */
  readonly size: number;
  /** Somebody is asking whether it is still right, without anybody waiting. Until then nobody else asks. */
  refreshingUntil: Millis;
  /** The answer to a plain request in the second of its age in which it was last given. */
  answer: PlainAnswer | undefined;
  answerAge: number;
}

/** A response, and when it came. */
export interface Arrival {
  readonly status: number;
  readonly headers: HeaderReader;
  readonly selecting: Selecting;
  readonly credentials: boolean;
  readonly ttl: number | undefined;
  /** When its request went out, and when its head came, on the monotonic clock. */
  readonly requestedAt: Millis;
  readonly receivedAt: Millis;
  /** When it came, in ms since 1970. */
  readonly wallReceivedAt: number;
}

/** What an entry takes besides its octets: objects, and its place in tables. */
const OVERHEAD = 1024;

/** Makes what is stored of a whole response that `rules` allow to be stored. */
export function store(arrival: Arrival, rules: ResponseRules, body: Buffer): Stored {
  const { headers, wallReceivedAt, status } = arrival;
  const fields = fieldsToStore(headers, rules.withoutFields, wallReceivedAt);
  return assemble(arrival, { status, rules, fields, body, headLength: undefined });
}

/** Makes what is stored of a response to HEAD. */
export function storeHead(arrival: Arrival, rules: ResponseRules, headLength: number): Stored {
  return { ...store(arrival, rules, Buffer.alloc(0)), headLength };
}

/** Does a response to HEAD speak of a body as long as the stored one (RFC 9111 section 4.3.5), if it says how long? */
export function isOfLength(headers: HeaderReader, { headLength, body }: Stored): boolean {
  const length = headers.get("content-length");
  return length === undefined || Number(length) === (headLength ?? body.length);
}

/** A stored response that is fresh again. */
export interface Freshened {
  readonly stored: Stored;
  /** By what it says now, it may stay stored. */
  readonly stays: boolean;
}

/** The stored response with what a 304, or a response to HEAD, says of it (RFC 9111 sections 4.3.4 and 4.3.5). */
export function freshen(stored: Stored, arrival: Arrival): Freshened {
  const fields = updateFields(stored.fields, arrival.headers, arrival.wallReceivedAt);
  const { status, body, headLength } = stored;
  const judged = judgeResponse({
    status,
    headers: readFields(fields),
    credentials: arrival.credentials,
    ttl: arrival.ttl,
    receivedAt: arrival.wallReceivedAt,
  });
  const rules = judged ?? { ...stored.rules, lifetime: 0 };
  const allowed = new Set(rules.withoutFields);
  const kept = allowed.size === 0 ? fields : fields.filter(([name]) => !allowed.has(name));
  return { stored: assemble(arrival, { status, rules, fields: kept, body, headLength }), stays: judged !== undefined };
}

/** What a response is stored as, its times and what it is selected by aside. */
export interface Parts {
  readonly status: number;
  readonly rules: ResponseRules;
  readonly fields: Fields;
  readonly body: Buffer;
  readonly headLength: number | undefined;
}

function assemble(arrival: Arrival, parts: Parts): Stored {
  return revive(parts, arrival.selecting, birthOf(arrival), arrival.wallReceivedAt);
}

/**
 * Makes a stored response of what has been written of one.
 *
 * @param bornAt when it would have been of age 0, on the monotonic clock
 * @param wallReceivedAt when it came, in ms since 1970
 */
export function revive(parts: Parts, selecting: Selecting, bornAt: Millis, wallReceivedAt: number): Stored {
  const { status, rules, fields, body, headLength } = parts;
  const headers = readFields(fields);
  const lastModified = headers.get("last-modified");
  const { etag, modifiedAt } = validatorsOf({ headers, wallReceivedAt });
  const date = dateOf(headers, wallReceivedAt);
  const text = fields.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  return {
    status,
    fields,
    body,
    headLength,
    selecting,
    rules,
    date,
    etag,
    lastModified,
    modifiedAt,
    isDateStrong: lastModified !== undefined && modifiedAt + 1000 <= date,
    bornAt,
    size: body.length + 2 * text + OVERHEAD,
    refreshingUntil: Number.NEGATIVE_INFINITY,
    answer: undefined,
    answerAge: -1,
  };
}

/** A Date that is older by less says more about clocks than about the response. */
const CLOCK_SKEW: Millis = 10_000;

/** RFC 9111 section 4.2.3: of what Age and Date say, the older. The time that the request took counts as well. */
function birthOf({ headers, requestedAt, receivedAt, wallReceivedAt }: Arrival): Millis {
  const apparent = wallReceivedAt - dateOf(headers, wallReceivedAt);
  const corrected = ageValue(headers) * 1000 + receivedAt - requestedAt;
  return receivedAt - Math.max(apparent > CLOCK_SKEW ? apparent : 0, corrected);
}

/** In seconds: of several, the first; what is no whole number is not there (RFC 9111 section 5.1). */
function ageValue(headers: HeaderReader): number {
  const first = (headers.get("age") ?? "").split(",")[0]?.trim() ?? "";
  return /^\d+$/.test(first) ? Math.min(Number(first), 2 ** 31) : 0;
}

/** What a client's conditions are compared with, of a response that has just come. */
export function validatorsOf({ headers, wallReceivedAt }: Pick<Arrival, "headers" | "wallReceivedAt">): Validators {
  const modifiedAt = parseHttpDate(headers.get("last-modified") ?? "", wallReceivedAt);
  return { etag: headers.get("etag"), modifiedAt: modifiedAt ?? dateOf(headers, wallReceivedAt) };
}

/** Negative for what has come from the future. */
export function ageInMs(stored: Stored, now: Millis): Millis {
  return now - stored.bornAt;
}

/** In whole seconds. */
export function ageOf(stored: Stored, now: Millis): number {
  return Math.max(0, Math.floor(ageInMs(stored, now) / 1000));
}

/** Whole seconds that it is still fresh, negative ones that it has been stale. */
export function ttlOf(stored: Stored, now: Millis): number {
  return Math.floor(stored.rules.lifetime - ageOf(stored, now));
}

/** Is its age below its freshness lifetime (RFC 9111 section 4.2)? */
export function isFresh(stored: Stored, now: Millis): boolean {
  return now - stored.bornAt < stored.rules.lifetime * 1000;
}

/** Can it be asked for whether it is still right? */
export function hasValidator({ etag, lastModified }: Stored): boolean {
  return etag !== undefined || lastModified !== undefined;
}
