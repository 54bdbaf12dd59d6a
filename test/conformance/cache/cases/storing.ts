import type { CacheCase } from "../cache-case.ts";
import {
  answer,
  bare,
  cacheCase,
  cached,
  either,
  fetched,
  get,
  head,
  notReused,
  refetch,
  request,
  reuse,
  reused,
  step,
  store,
} from "./shapes.ts";

const FRESH = "Cache-Control: max-age=60";
const OLD = "Last-Modified: <-864000>";

/** A final status, and whether a cache may guess how long it is fresh (RFC 9110 section 15.1). */
const GUESSABLE = ["203 Non-Authoritative Information", "300 Multiple Choices", "301 Moved Permanently"];
const GUESSABLE_ERRORS = ["308 Permanent Redirect", "404 Not Found", "405 Method Not Allowed", "410 Gone"];
const MORE_ERRORS = ["414 URI Too Long", "501 Not Implemented"];
const EXPLICIT_ONLY = ["299 Whatever", "302 Found", "303 See Other", "307 Temporary Redirect", "400 Bad Request"];
const EXPLICIT_ONLY_ERRORS = ["403 Forbidden", "429 Too Many Requests", "499 Whatever", "500 Internal Server Error"];
const GATEWAY_ERRORS = ["502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout", "599 Whatever"];
const NEVER_GUESSED = [...EXPLICIT_ONLY, ...EXPLICIT_ONLY_ERRORS, ...GATEWAY_ERRORS];

const code = (status: string): string => status.slice(0, 3);

/** A request of this method is answered with explicit freshness; the same request again reaches the endpoint. */
const methodNotReused = (method: string, section: string, body?: string): CacheCase => {
  const ask = request(method, "", "/a", body);
  return notReused(`the response to ${method} does not answer a second ${method}`, section, "MUST NOT", FRESH, {
    asks: [ask, ask],
  });
};

const methodNotForGet = (method: string, section: string, body?: string): CacheCase =>
  notReused(`the response to ${method} does not answer a GET`, section, "MUST NOT", FRESH, {
    asks: [request(method, "", "/a", body), get()],
  });

/** RFC 9111 section 3: which responses are stored. */
export const STORING_CASES: readonly CacheCase[] = [
  reused("a fresh 200 is reused", "9111 3", "good", FRESH),
  ...[...GUESSABLE, ...GUESSABLE_ERRORS, ...MORE_ERRORS].map((status) =>
    reused(`a ${code(status)} with max-age is reused`, "9111 3", "good", FRESH, { status }),
  ),
  ...[...EXPLICIT_ONLY, ...EXPLICIT_ONLY_ERRORS, ...GATEWAY_ERRORS].map((status) =>
    reused(`a ${code(status)} with max-age is reused`, "9111 3", "MAY", FRESH, { status }),
  ),
  ...NEVER_GUESSED.map((status) =>
    notReused(`a ${code(status)} without explicit freshness is not stored`, "9111 3", "MUST NOT", OLD, { status }),
  ),
  cacheCase("a 204 with max-age is reused", "9111 3", "good", [
    step(get(), bare("204 No Content", `Date: <now>\r\n${FRESH}`), fetched("", { status: 204 }), { premise: true }),
    step(get(), answer("", "two"), cached("", { status: 204 })),
  ]),
  methodNotReused("POST", "9111 4", "x"),
  methodNotReused("PUT", "9110 9.3.4", "x"),
  methodNotReused("PATCH", "9111 3", "x"),
  methodNotReused("DELETE", "9110 9.3.5"),
  methodNotReused("OPTIONS", "9110 9.3.7"),
  methodNotReused("BREW", "9111 3"),
  methodNotForGet("POST", "9110 9.3.3", "x"),
  methodNotForGet("OPTIONS", "9110 9.3.7"),
  methodNotForGet("BREW", "9111 4"),
  cacheCase(
    "the response to POST answers a GET if its Content-Location says so",
    "9110 9.3.3",
    "MAY",
    [store(`${FRESH}\r\nContent-Location: /a`, request("POST", "", "/a", "x")), reuse()],
    { exception: "Nobody relies on it, and an endpoint that echoes a body would write into everybody's cache." },
  ),
  cacheCase("the response to HEAD does not answer a GET", "9111 4", "MUST NOT", [
    step(head(), answer(FRESH, "one"), either(""), { premise: true }),
    step(get(), answer(FRESH, "one"), either("one")),
  ]),
  cacheCase("the response to GET answers a HEAD", "9110 9.3.1", "MAY", [
    store(`${FRESH}\r\nX-A: b`),
    step(head(), answer("", "two"), {
      client: [{ status: 200, toHead: true, body: "", fields: { "content-length": "3", "x-a": "b" } }],
      endpoint: [],
    }),
  ]),
  cacheCase("the response to HEAD answers a second HEAD", "9110 9.3.2", "MAY", [
    step(head(), answer(`${FRESH}\r\nX-A: b`, "one"), either(""), { premise: true }),
    step(head(), answer("", "two"), { client: [{ status: 200, toHead: true, fields: { "x-a": "b" } }], endpoint: [] }),
  ]),
  notReused("no-store", "9111 5.2.2.5", "MUST NOT", "Cache-Control: no-store"),
  notReused("no-store beside max-age", "9111 5.2.2.5", "MUST NOT", "Cache-Control: max-age=60, no-store"),
  notReused("no-store in front of max-age", "9111 5.2.2.5", "MUST NOT", "Cache-Control: no-store,max-age=60"),
  notReused("NO-STORE in capitals", "9111 5.2", "MUST NOT", "Cache-Control: Max-Age=60, NO-STORE"),
  notReused("no-store in a line of its own", "9111 5.2.2.5", "MUST NOT", `${FRESH}\r\nCache-Control: no-store`),
  notReused("no-store between odd white space", "9111 5.2", "MUST NOT", "Cache-Control: max-age=60 ,\tno-store\t,"),
  notReused("no-store with public", "9111 4.2.1", "MUST NOT", "Cache-Control: public, no-store, s-maxage=60"),
  notReused("no-store with Expires", "9111 5.2.2.5", "MUST NOT", "Cache-Control: no-store\r\nExpires: <3600>"),
  notReused("no-store behind a quoted string", "9111 5.2", "MUST NOT", 'Cache-Control: a="b, c", no-store, max-age=60'),
  notReused("private", "9111 5.2.2.7", "MUST NOT", "Cache-Control: private, max-age=60"),
  notReused("Private in capitals", "9111 5.2.2.7", "MUST NOT", "Cache-Control: PRIVATE, max-age=60"),
  notReused("private in a line of its own", "9111 5.2.2.7", "MUST NOT", `${FRESH}\r\nCache-Control: private`),
  notReused("private with s-maxage", "9111 4.2.1", "MUST NOT", "Cache-Control: private, s-maxage=60"),
  cacheCase("fields that private names are not shared", "9111 5.2.2.7", "MUST NOT", [
    store('Cache-Control: max-age=60, private="x-a"\r\nX-A: b'),
    step(get(), answer("", "two"), [fetched("two"), cached("one", { fields: { "x-a": undefined } })]),
  ]),
  cacheCase("a response to a request with no-store is not stored", "9111 5.2.1.5", "MUST NOT", [
    store(FRESH, get("Cache-Control: no-store")),
    refetch(),
  ]),
  cacheCase("a stored response may answer a request with no-store", "9111 5.2.1.5", "MAY", [
    store(FRESH),
    reuse(get("Cache-Control: no-store")),
  ]),
  reused(
    "must-understand lifts no-store of a status that is understood",
    "9111 5.2.2.3",
    "SHOULD",
    "Cache-Control: must-understand, no-store, max-age=60",
  ),
  notReused(
    "must-understand with a status that is not understood",
    "9111 5.2.2.3",
    "MUST NOT",
    "Cache-Control: must-understand, max-age=60",
    { status: "299 Whatever" },
  ),
  notReused(
    "must-understand leaves no-store to a status that is not understood",
    "9111 5.2.2.3",
    "MUST NOT",
    "Cache-Control: must-understand, no-store, max-age=60",
    { status: "299 Whatever" },
  ),
  cacheCase("a 304 to a client's own condition is not stored", "9111 3", "MUST NOT", [
    step(
      get('If-None-Match: "v1"'),
      (seen) =>
        seen.fields.some(([name]) => name === "if-none-match")
          ? bare("304 Not Modified", `Date: <now>\r\n${FRESH}\r\nETag: "v1"`)
          : answer(`${FRESH}\r\nETag: "v1"`, "two"),
      [either("", { status: 304 }), either("two")],
      { premise: true },
    ),
    step(get(), answer(`${FRESH}\r\nETag: "v1"`, "two"), either("two")),
  ]),
  cacheCase("a 304 that nobody asked for is not stored", "9111 3", "MUST NOT", [
    step(get(), bare("304 Not Modified", `Date: <now>\r\n${FRESH}`), {}, { premise: true }),
    refetch(),
  ]),
  cacheCase("a 101 or other 1xx is not stored in place of the final response", "9111 3", "MUST NOT", [
    step(
      get(),
      `HTTP/1.1 103 Early Hints\r\nCache-Control: max-age=60\r\nLink: </x>; rel=preload\r\n\r\n${answer("", "one")}`,
      either("one"),
      { premise: true },
    ),
    refetch(),
  ]),
  cacheCase("1xx fields are not stored with the final response", "9111 3", "MUST NOT", [
    step(get(), `HTTP/1.1 103 Early Hints\r\nX-Early: yes\r\n\r\n${answer(FRESH, "one")}`, either("one"), {
      premise: true,
    }),
    step(get(), answer("", "two"), { client: [{ status: 200, interim: [], fields: { "x-early": undefined } }] }),
  ]),
];
