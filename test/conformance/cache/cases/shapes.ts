import type { Outcome } from "../../http1/probes/probe.ts";
import { valuesOf } from "../../http1/probes/read-octets.ts";
import type { SeenRequest } from "../../http1/probes/scripted-endpoint.ts";
import type { Answer, CacheCase, CacheSettings, ExpectedFields, Level, Script, Step } from "../cache-case.ts";

/** Field lines, without a CRLF at their end. */
type Lines = string;

const block = (lines: Lines): string => (lines === "" ? "" : `${lines}\r\n`);

/** A request; with a body, its length is said. */
export function request(method: string, lines: Lines = "", target = "/a", body?: string): string {
  const length = body === undefined ? "" : `Content-Length: ${body.length}\r\n`;
  const host = /^host:/im.test(lines) ? "" : "Host: a.test\r\n";
  return `${method} ${target} HTTP/1.1\r\n${host}${block(lines)}${length}\r\n${body ?? ""}`;
}

export const get = (lines: Lines = "", target = "/a"): string => request("GET", lines, target);
export const head = (lines: Lines = "", target = "/a"): string => request("HEAD", lines, target);

/** A response with a body of known length; Date is this moment's, unless one is given. */
export function answer(lines: Lines, body: string, status = "200 OK"): string {
  return bare(status, `${dated(lines)}Content-Length: ${body.length}`, body);
}

/** A 304. */
export const notModified = (lines: Lines): string => bare("304 Not Modified", dated(lines).replace(/\r\n$/, ""));

const dated = (lines: Lines): string => `${/^date:/im.test(lines) ? "" : "Date: <now>\r\n"}${block(lines)}`;

/** A response that is nothing but this: no field is added. */
export function bare(status: string, lines: Lines, body = ""): string {
  return `HTTP/1.1 ${status}\r\n${block(lines)}\r\n${body}`;
}

/** The request that the endpoint got has this field, with this text in it. */
export function says(seen: SeenRequest, name: string, text = ""): boolean {
  return valuesOf(seen.fields, name).join(", ").includes(text) && valuesOf(seen.fields, name).length > 0;
}

/** An endpoint that knows its validator: 304 to who asks with it, otherwise the whole response. */
export function ifMatching(validator: string, unchanged: string, full: string): Answer {
  return (seen) =>
    says(seen, "if-none-match", validator) || says(seen, "if-modified-since", validator) ? unchanged : full;
}

/** What more is asked of a response. */
interface More {
  readonly status?: number | readonly number[];
  readonly fields?: ExpectedFields;
  /** Of the request that the endpoint gets. */
  readonly asked?: ExpectedFields;
  readonly line?: string;
}

/** The client has this, and the endpoint was asked. */
export function fetched(body: string, { status = 200, fields = {}, asked = {}, line }: More = {}): Outcome {
  return { client: [{ status, body, fields }], endpoint: [{ fields: asked, ...(line === undefined ? {} : { line }) }] };
}

/** The client has this, and the endpoint was not asked. */
export function cached(body: string, { status = 200, fields = {} }: More = {}): Outcome {
  return { client: [{ status, body, fields }], endpoint: [] };
}

/** The client has this, whoever made it. */
export function either(body: string, { status = 200, fields = {} }: More = {}): Outcome {
  return { client: [{ status, body, fields }] };
}

/** What a step may have besides. */
type StepMore = Partial<Pick<Step, "later" | "premise" | "firstLeaves" | "background" | "endpointDown">>;

/** A step with one request. */
export function step(ask: string, reply: Answer, outcomes: Outcome | readonly Outcome[], more: StepMore = {}): Step {
  return { ask: [ask], answer: reply, outcomes: Array.isArray(outcomes) ? outcomes : [outcomes as Outcome], ...more };
}

/** The endpoint's "one" comes through; whether it is stored remains to be seen. */
export function store(lines: Lines, ask = get(), status = "200 OK"): Step {
  return step(ask, answer(lines, "one", status), fetched("one", { status: Number(status.slice(0, 3)) }), {
    premise: true,
  });
}

/** "one" comes without the endpoint. */
export function reuse(ask = get(), more: More & StepMore = {}): Step {
  return step(ask, answer("", "two"), cached("one", more), stepOnly(more));
}

/** The endpoint is asked, and its "two" comes through. */
export function refetch(ask = get(), more: More & StepMore = {}, lines = ""): Step {
  return step(ask, answer(lines, "two"), fetched("two", more), stepOnly(more));
}

function stepOnly({ later, premise, background, endpointDown }: StepMore): StepMore {
  return {
    ...(later === undefined ? {} : { later }),
    ...(premise === undefined ? {} : { premise }),
    ...(background === undefined ? {} : { background }),
    ...(endpointDown === undefined ? {} : { endpointDown }),
  };
}

/** What a case may have besides. */
interface CaseMore {
  readonly settings?: CacheSettings;
  readonly exception?: string;
}

/** A case. */
export function cacheCase(
  name: string,
  section: string,
  level: Level,
  steps: readonly Step[],
  more: CaseMore = {},
): CacheCase {
  return { name, section, level, steps, ...more };
}

/** A response with these fields serves a second request. */
export function reused(
  name: string,
  section: string,
  level: Level,
  lines: Lines,
  { asks = [get(), get()], status = "200 OK", fields = {}, ...more }: PairMore = {},
): CacheCase {
  const [first, second] = asks;
  const again = reuse(second, { status: Number(status.slice(0, 3)), fields });
  return cacheCase(name, section, level, [store(lines, first, status), again], more);
}

/** A response with these fields does not serve a second request. */
export function notReused(
  name: string,
  section: string,
  level: Level,
  lines: Lines,
  { asks = [get(), get()], status = "200 OK", fields = {}, ...more }: PairMore = {},
): CacheCase {
  const [first, second] = asks;
  return cacheCase(name, section, level, [store(lines, first, status), refetch(second, { fields })], more);
}

interface PairMore extends CaseMore {
  readonly asks?: readonly [string, string];
  readonly status?: string;
  readonly fields?: ExpectedFields;
}

/** The endpoint takes its time, so that others come meanwhile. */
export const slowly = (text: string): Script => ({ text, hold: 40 });

/** The endpoint ends the connection instead of answering. */
export const FAILS: Script = { text: "", connection: "reset" };
