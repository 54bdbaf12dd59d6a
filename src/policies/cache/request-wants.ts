import type { RequestFieldEdits } from "../../exchange/field-edits.ts";
import type { HeaderReader } from "../../exchange/header-reader.ts";
import { Directives } from "./directives.ts";

/** What a request says about whether, and how, a stored response may answer it. */
export interface RequestWants {
  readonly noCache: boolean;
  readonly noStore: boolean;
  readonly onlyIfCached: boolean;
  /** All in seconds. */
  readonly maxAge: number | undefined;
  readonly minFresh: number;
  /** -1 where nothing stale is wanted. */
  readonly maxStale: number;
  readonly staleIfError: number;
  readonly ifNoneMatch: string | undefined;
  readonly ifModifiedSince: string | undefined;
  /** If-Match or If-Unmodified-Since: only the endpoint can say whether they hold (RFC 9111 section 4.3.2). */
  readonly forOrigin: boolean;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
}

/** Of a request that says nothing of it, as most do. */
export const NO_WANTS: RequestWants = Object.freeze({
  noCache: false,
  noStore: false,
  onlyIfCached: false,
  maxAge: undefined,
  minFresh: 0,
  maxStale: -1,
  staleIfError: 0,
  ifNoneMatch: undefined,
  ifModifiedSince: undefined,
  forOrigin: false,
  range: undefined,
  ifRange: undefined,
});

/** Fields by which some servers take a request for another one than it is: what they answer is not what others ask for. */
const DISGUISES = [
  "x-original-url",
  "x-rewrite-url",
  "x-original-uri",
  "x-http-method-override",
  "x-http-method",
  "x-method-override",
  "x-host",
  "x-original-host",
];

/** May the endpoint take the request for one with another method, target or host? */
export function isDisguised(headers: HeaderReader): boolean {
  return DISGUISES.some((name) => headers.has(name));
}

/** Is a WebSocket asked for? Other protocols are never agreed to: Java's client offers h2c with every request. */
export function wantsTunnel(headers: HeaderReader): boolean {
  return headers.has("upgrade") && /\bwebsocket\b/i.test(headers.get("upgrade") ?? "");
}

/**
 * Reads what a request wants; `NO_WANTS` itself where it says nothing.
 *
 * @param edits by which another policy may have taken Range away: one that needs the whole
 */
export function readWants(headers: HeaderReader, edits?: Pick<RequestFieldEdits, "read">): RequestWants {
  const range = edits === undefined ? headers.get("range") : edits.read(headers, "range");
  const directed = headers.has("cache-control") || headers.has("pragma");
  const conditional =
    headers.has("if-none-match") ||
    headers.has("if-modified-since") ||
    headers.has("if-match") ||
    headers.has("if-unmodified-since") ||
    range !== undefined;
  if (!directed && !conditional) return NO_WANTS;
  return {
    ...(directed ? readDirectives(headers) : NO_WANTS),
    ifNoneMatch: headers.get("if-none-match"),
    ifModifiedSince: headers.get("if-modified-since"),
    forOrigin: headers.has("if-match") || headers.has("if-unmodified-since"),
    range,
    ifRange: headers.get("if-range"),
  };
}

function readDirectives(headers: HeaderReader): RequestWants {
  const lines = headers.getAll("cache-control");
  const directives = new Directives(lines);
  // RFC 9111 section 5.4: Pragma only counts where there is no Cache-Control.
  const pragma = lines.length === 0 && new Directives(headers.getAll("pragma")).has("no-cache");
  return {
    ...NO_WANTS,
    noCache: pragma || directives.has("no-cache"),
    noStore: directives.has("no-store"),
    onlyIfCached: directives.has("only-if-cached"),
    maxAge: directives.seconds("max-age"),
    minFresh: directives.seconds("min-fresh") ?? 0,
    maxStale: directives.isBare("max-stale") ? Number.POSITIVE_INFINITY : (directives.seconds("max-stale") ?? -1),
    staleIfError: directives.seconds("stale-if-error") ?? 0,
  };
}
