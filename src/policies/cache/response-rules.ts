import CachePolicy from "http-cache-semantics";
import type { HeaderReader } from "../../exchange/header-reader.ts";
import { Directives } from "./directives.ts";
import { parseHttpDate } from "./http-date.ts";

/** What a response that may be stored says of its use. All times in seconds. */
export interface ResponseRules {
  /** How long it is fresh (RFC 9111 section 4.2.1), whole seconds unless the config says less; 0 where it must be validated each time. */
  readonly lifetime: number;
  /** `no-cache`: it is never used without validation, however stale responses are treated. */
  readonly noCache: boolean;
  /** `must-revalidate` or `proxy-revalidate`: nothing stale, come what may. */
  readonly mustRevalidate: boolean;
  /** `s-maxage` says the same (section 5.2.2.10), but for what the response itself allows. */
  readonly sMaxage: boolean;
  readonly staleWhileRevalidate: number | undefined;
  readonly staleIfError: number | undefined;
  /** It may answer requests with credentials (section 3.5). */
  readonly forCredentials: boolean;
  /** Fields that are not stored, because they are private or would have to be validated. */
  readonly withoutFields: readonly string[];
}

/** A response whose storing is in question. */
export interface ResponseFacts {
  readonly status: number;
  readonly headers: HeaderReader;
  /** The request had Authorization, or was authenticated in another way. */
  readonly credentials: boolean;
  /** Of the config: freshness in seconds where the response gives none. */
  readonly ttl: number | undefined;
  /** When it came, in ms since 1970. */
  readonly receivedAt: number;
}

/** Statuses that may be fresh without saying so (RFC 9110 section 15.1); not 206, of which only a part is there. */
const HEURISTIC = new Set([200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501]);
/** For `must-understand`: those whose meaning for caches is known here. */
const UNDERSTOOD = new Set([...HEURISTIC, 302, 303, 307]);

/** Directives that allow responses to requests with credentials to be shared (section 3.5). */
const SHARED = ["public", "s-maxage", "must-revalidate"];

/**
 * What RFC 9111 section 3 says of storing a response in a shared cache. The judgement is http-cache-semantics's; what it
 * reads otherwise than the RFC is put into words that it reads rightly: directives are not split between quotes, their names
 * are of any case, `"60"` is a time, times that are none or contradict each other are 0, dates are HTTP's, `private="x"` and
 * `no-cache="x"` are about fields, `must-understand` goes before `no-store`, statuses it does not know may be stored where
 * they are fresh explicitly, revalidation directives do not end freshness, and Pragma counts only where nothing else is said.
 *
 * @returns `undefined` where the response must not be stored
 */
export function judgeResponse(facts: ResponseFacts): ResponseRules | undefined {
  const { status, headers, credentials } = facts;
  // A part of a representation is never stored as if it were one; 304 has been dealt with before.
  if (status < 200 || status === 206 || status === 304 || headers.has("set-cookie")) return undefined;
  const directives = new Directives(headers.getAll("cache-control"));
  const understands = directives.has("must-understand");
  if (understands && !UNDERSTOOD.has(status)) return undefined;
  const noStore = directives.has("no-store") && !understands;
  const noCache = directives.fields("no-cache");
  const restricted = directives.fields("private");
  const said = explicitLifetime(directives, facts);
  const heuristic = said === undefined && (HEURISTIC.has(status) || directives.has("public")) && !hasPragma(headers);
  const lifetime = said ?? (heuristic ? facts.ttl : undefined);
  const cacheControl = [
    noStore && "no-store",
    noCache === "all" && "no-cache",
    restricted === "all" && "private",
    directives.has("public") && "public",
    directives.has("must-revalidate") && "must-revalidate",
    directives.has("s-maxage") && `s-maxage=${directives.seconds("s-maxage")}`,
    lifetime !== undefined && `max-age=${Math.ceil(lifetime)}`,
  ].filter((directive) => directive !== false);
  const known = lifetime === undefined ? status : 200;
  const policy = new CachePolicy(
    { method: "GET", url: "/", headers: credentials ? { authorization: "yes" } : {} },
    { status: known, headers: { "cache-control": cacheControl.join(", ") } },
    { shared: true, cacheHeuristic: 0, immutableMinTimeToLive: 0 },
  );
  if (!policy.storable()) return undefined;
  return {
    // The library knows whole seconds only.
    lifetime: policy.maxAge() > 0 ? (lifetime ?? 0) : 0,
    noCache: noCache === "all",
    mustRevalidate: directives.has("must-revalidate") || directives.has("proxy-revalidate"),
    sMaxage: directives.has("s-maxage"),
    staleWhileRevalidate: directives.seconds("stale-while-revalidate"),
    staleIfError: directives.seconds("stale-if-error"),
    // What nobody had to log in for answers everybody, if the service itself says so.
    forCredentials: SHARED.some((name) => directives.has(name)) || (!credentials && said !== undefined),
    withoutFields: [noCache, restricted].flatMap((names) => (names === undefined || names === "all" ? [] : names)),
  };
}

/** RFC 9111 section 4.2.1, in seconds; `undefined` where the response says nothing. */
function explicitLifetime(directives: Directives, { headers, receivedAt }: ResponseFacts): number | undefined {
  const age = directives.seconds("s-maxage") ?? directives.seconds("max-age");
  if (age !== undefined) return age;
  const expires = [...new Set(headers.getAll("expires"))];
  if (expires.length === 0) return undefined;
  // What is no date, "0" above all, is in the past (section 5.3).
  const until = expires.length > 1 ? undefined : parseHttpDate(expires[0] as string, receivedAt);
  const date = dateOf(headers, receivedAt);
  return until === undefined || until <= date ? 0 : Math.trunc((until - date) / 1000);
}

/** When it was made, in ms since 1970: by its Date, or else when it came (RFC 9110 section 6.6.1). */
export function dateOf(headers: HeaderReader, receivedAt: number): number {
  return parseHttpDate(headers.get("date") ?? "", receivedAt) ?? receivedAt;
}

/** Pragma has no meaning in responses (RFC 9111 section 5.4), but who sends it alone wants nothing kept. */
function hasPragma(headers: HeaderReader): boolean {
  return !headers.has("cache-control") && new Directives(headers.getAll("pragma")).has("no-cache");
}
