import fc from "fast-check";
import type { RequestFacts } from "../../src/exchange/request-facts.ts";
import type { RouteInput } from "../../src/routing/match-spec.ts";
import { requestOf, routesOf } from "./requests.ts";

/** Few words, so that random requests and random routes meet. */
const HOSTS = ["a.x", "b.x", "c.b.x", "x", ".b.x", "localhost"];
const HOST_PATTERNS = ["a.x", "*.x", "*.b.x", "x"];
const SEGMENTS = ["a", "b", "c%2Fd", ""];
const PATTERN_SEGMENTS = ["a", "b", "c%2fd", "{p}", ""];
const METHODS = ["GET", "HEAD", "POST", "OPTIONS"];
const REGEXES = ["^/a", "b$", "^/[ab]/[ab]$", "/"];

const value = fc.constantFrom("1", "2");
const condition = fc.oneof(
  value,
  fc.constantFrom({ regex: "^[12]$" }, { regex: "2" }, { present: true }, { present: false }),
);
const fields = fc.dictionary(fc.constantFrom("n", "m"), condition, { maxKeys: 2 });

const patternPath = fc
  .array(fc.constantFrom(...PATTERN_SEGMENTS), { minLength: 1, maxLength: 4 })
  .map((segments) => `/${segments.map((s, i) => (s === "{p}" ? `{p${i}}` : s)).join("/")}`);

const path = fc.oneof(
  { weight: 4, arbitrary: patternPath },
  { weight: 2, arbitrary: patternPath.map((exact) => ({ exact })) },
  { weight: 1, arbitrary: fc.constantFrom(...REGEXES).map((regex) => ({ regex })) },
);

const match = fc.oneof(
  { weight: 1, arbitrary: patternPath },
  {
    weight: 3,
    arbitrary: fc.record(
      {
        host: fc.constantFrom(...HOST_PATTERNS),
        path,
        method: fc.uniqueArray(fc.constantFrom(...METHODS), { minLength: 1, maxLength: 2 }),
        headers: fields,
        query: fields,
        cookies: fields,
        clientIp: fc.constantFrom("10.0.0.0/8", ["127.0.0.0/8", "10.0.0.0/8"]),
      },
      { requiredKeys: [] },
    ),
  },
);

/** Route sets over a small grammar. */
export const arbitraryRoutes: fc.Arbitrary<RouteInput[]> = fc
  .array(fc.oneof(match, fc.array(match, { minLength: 1, maxLength: 3 })), { minLength: 1, maxLength: 10 })
  .map((matches) => routesOf(Object.fromEntries(matches.map((one, i) => [`r${i}`, one]))));

const values = fc.dictionary(fc.constantFrom("n", "m"), value, { maxKeys: 2 });

/** Requests over the same grammar. */
export const arbitraryRequest: fc.Arbitrary<RequestFacts> = fc
  .record({
    method: fc.constantFrom(...METHODS),
    host: fc.constantFrom(...HOSTS),
    path: fc
      .array(fc.constantFrom(...SEGMENTS), { minLength: 1, maxLength: 4 })
      .map((segments) => `/${segments.join("/")}`),
    headers: values,
    query: values,
    cookies: values,
    preflight: fc.option(fc.constantFrom(...METHODS), { freq: 3 }),
    clientIp: fc.constantFrom("127.0.0.1", "10.1.2.3", "192.168.0.1"),
  })
  .map(({ method, host, path: at, headers, query, cookies, preflight, clientIp }) => {
    const cookie = Object.entries(cookies).map((pair) => pair.join("="));
    return requestOf(
      `${method} http://${host}${at}?${new URLSearchParams(query).toString()}`,
      {
        ...headers,
        ...(cookie.length > 0 && { cookie: cookie.join("; ") }),
        ...(preflight !== null && { origin: "http://o", "access-control-request-method": preflight }),
      },
      clientIp,
    );
  });
