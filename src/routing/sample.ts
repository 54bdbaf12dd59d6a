import type { HeaderReader } from "../exchange/header-reader.ts";
import type { RequestFacts } from "../exchange/request-facts.ts";
import {
  EVERY_PATH,
  type FieldTest,
  type HostPattern,
  type MatchSpec,
  type PathPattern,
  type ValueTest,
} from "./match-spec.ts";
import { normalizePath } from "./path.ts";
import { sampleRegex } from "./regex-sample.ts";
import { satisfies } from "./satisfies.ts";

/** A request as plain data, to be shown and sent. */
export interface RequestSample {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  /** Encoded, without "?". */
  readonly query: string;
  /** Names in lower case; cookies are in `cookie`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly clientIp: string;
}

/** `path`: the shortest one; `below`: one more segment on a prefix; `odd`: captures and the rest unlike other routes. */
export type SampleShape = "path" | "below" | "odd";

/**
 * A request that satisfies the match, its claims aside. `undefined` if none was found: where a regex is beyond
 * {@link sampleRegex}, or conditions exclude each other.
 */
export function sampleRequest(spec: MatchSpec, shape: SampleShape = "path"): RequestSample | undefined {
  const sample = guess(spec, shape);
  if (sample === undefined) return undefined;
  return satisfies({ ...spec, claims: [] }, factsOf(sample)) ? sample : undefined;
}

/** A sample in the form that routing works on. */
export function factsOf(sample: RequestSample): RequestFacts {
  return { ...sample, headers: readerOf(sample.headers), scheme: "http" };
}

function guess(spec: MatchSpec, shape: SampleShape): RequestSample | undefined {
  const path = samplePath(spec.path ?? EVERY_PATH, shape);
  const headers = sampleFields(spec.headers);
  const query = sampleFields(spec.query);
  const cookies = sampleFields(spec.cookies);
  if (path === undefined || headers === undefined || query === undefined || cookies === undefined) return undefined;
  const encodedQuery = encodeQuery(query);
  if (encodedQuery === undefined) return undefined;
  if (cookies.length > 0) headers.push(["cookie", cookies.map(([name, value]) => `${name}=${value}`).join("; ")]);
  return {
    method: spec.methods[0] ?? "GET",
    host: sampleHost(spec.host),
    path,
    query: encodedQuery,
    headers: Object.fromEntries(headers),
    clientIp: spec.clientIp[0]?.split("/")[0] ?? "127.0.0.1",
  };
}

function sampleHost(host: HostPattern | undefined): string {
  if (host === undefined) return "localhost";
  return host.kind === "exact" ? host.name : `x${host.suffix}`;
}

function samplePath(pattern: PathPattern, shape: SampleShape): string | undefined {
  const filler = shape === "odd" ? "x-0-x" : "x";
  if (pattern.kind === "regex") {
    const text = sampleRegex(pattern.source);
    if (text === undefined) return undefined;
    const path = text.startsWith("/") ? text : `/${text}`;
    return normalizePath(path) === path ? path : undefined;
  }
  const segments = pattern.segments.map((segment) => ("literal" in segment ? segment.literal : filler));
  if (pattern.kind === "prefix" && shape !== "path") segments.push(filler);
  return `/${segments.join("/")}`;
}

function sampleFields(fields: readonly FieldTest[]): [name: string, value: string][] | undefined {
  const sampled: [string, string][] = [];
  for (const { name, test } of fields) {
    if (test.kind === "present" && !test.present) continue;
    const value = sampleValue(test);
    if (value === undefined) return undefined;
    sampled.push([name, value]);
  }
  return sampled;
}

function sampleValue(test: ValueTest): string | undefined {
  if (test.kind === "equals") return test.value;
  return test.kind === "regex" ? sampleRegex(test.source) : "1";
}

function encodeQuery(fields: readonly [name: string, value: string][]): string | undefined {
  try {
    return fields.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
  } catch {
    // A lone surrogate: no request can have it.
    return undefined;
  }
}

function readerOf(headers: Readonly<Record<string, string>>): HeaderReader {
  const fields = new Map(Object.entries(headers));
  return {
    get: (name) => fields.get(name),
    getAll: (name) => [fields.get(name) ?? []].flat(),
    has: (name) => fields.has(name),
    entries: () => [...fields],
  };
}
