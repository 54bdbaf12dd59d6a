import type { Fields, PlainAnswer } from "../../exchange/answer.ts";
import type { Millis } from "../../shared/clock.ts";
import { hitStatus } from "./cache-status.ts";
import { isNotModified, readRange, wantsPart } from "./conditions.ts";
import { NO_WANTS, type RequestWants } from "./request-wants.ts";
import { ageOf, type Stored } from "./stored.ts";

/** A request that is answered from the store. */
export interface Asking {
  readonly method: string;
  readonly wants: RequestWants;
  /** On the monotonic clock. */
  readonly now: Millis;
  /** In ms since 1970. */
  readonly wallNow: number;
  /** What Cache-Status says, where it is not just a hit. */
  readonly status?: string | undefined;
}

/** RFC 9110 section 15.4.5: what a 304 repeats. */
const OF_304 = new Set(["cache-control", "content-location", "date", "etag", "expires", "vary", "cache-status"]);
const NOTHING = Buffer.alloc(0);

/**
 * The answer to a plain request: the very same object while its age stays the same, so that its head is written but once.
 */
export function hitAnswer(stored: Stored, now: Millis): PlainAnswer {
  const age = ageOf(stored, now);
  if (stored.answerAge === age && stored.answer !== undefined) return stored.answer;
  const answer = wholeAnswer(stored, age, hitStatus(Math.floor(stored.rules.lifetime - age)));
  stored.answer = answer;
  stored.answerAge = age;
  return answer;
}

function wholeAnswer({ status, fields, body, headLength }: Stored, age: number, cacheStatus: string): PlainAnswer {
  const aged: Fields = [...fields, ["age", String(age)], ["cache-status", cacheStatus]];
  const answer: PlainAnswer = { kind: "response", status, fields: aged, body, dated: true };
  return headLength === undefined ? answer : { ...answer, length: headLength };
}

/** The answer to any request: whole, "not modified", or a part (RFC 9111 section 4.3.2, RFC 9110 section 14). */
export function storedAnswer(stored: Stored, asking: Asking): PlainAnswer {
  const { wants, method, now, wallNow, status } = asking;
  const whole = status === undefined ? hitAnswer(stored, now) : wholeAnswer(stored, ageOf(stored, now), status);
  // RFC 9110 section 13.2.1: conditions count only where the answer would be a success without them.
  if (wants === NO_WANTS || stored.status < 200 || stored.status > 299) return whole;
  if (isNotModified(wants, stored, wallNow)) return notModified(whole.fields);
  if (method !== "GET" || stored.status !== 200 || !wantsPart(wants, stored)) return whole;
  return partOf(whole, wants.range ?? "", stored.body);
}

function partOf(whole: PlainAnswer, range: string, body: Buffer): PlainAnswer {
  const part = readRange(range, body.length);
  if (part === "whole") return whole;
  if (part === "unsatisfiable") {
    const kept = whole.fields.filter(([name]) => OF_304.has(name) || name === "age");
    const fields: Fields = [...kept, ["content-range", `bytes */${body.length}`]];
    return { kind: "response", status: 416, fields, body: NOTHING, dated: true };
  }
  const { first, last } = part;
  return {
    kind: "response",
    status: 206,
    fields: [...whole.fields, ["content-range", `bytes ${first}-${last}/${body.length}`]],
    body: body.subarray(first, last + 1),
    dated: true,
  };
}

/** A 304 for a response with these fields; Last-Modified where there is no other validator. */
export function notModified(fields: Fields): PlainAnswer {
  const tagged = fields.some(([name]) => name === "etag");
  const kept = fields.filter(([name]) => OF_304.has(name) || name === "age" || (name === "last-modified" && !tagged));
  return { kind: "response", status: 304, fields: kept, body: NOTHING, dated: true };
}
