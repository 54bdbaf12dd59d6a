import type { CacheCase, ExpectedFields } from "../cache-case.ts";
import {
  answer,
  bare,
  cacheCase,
  cached,
  either,
  fetched,
  get,
  head,
  ifMatching,
  notModified,
  request,
  says,
  step,
  store,
} from "./shapes.ts";

const LONG = "Cache-Control: max-age=60";
const V1 = 'ETag: "v1"';
const BOTH = `${V1}\r\nLast-Modified: <-3600>`;
const S = "9111 4.3.2";

/** Stored with these, then asked with those conditions: 304, without the endpoint. */
const unchanged = (
  name: string,
  section: string,
  level: CacheCase["level"],
  lines: string,
  ask: string,
  fields: ExpectedFields = {},
): CacheCase =>
  cacheCase(name, section, level, [
    store(`${LONG}\r\n${lines}`),
    step(get(ask), answer("", "two"), { client: [{ status: 304, body: "", fields }], endpoint: [] }),
  ]);

/** Stored with these, then asked with those conditions: the whole response. */
const changed = (name: string, section: string, level: CacheCase["level"], lines: string, ask: string): CacheCase =>
  cacheCase(name, section, level, [store(`${LONG}\r\n${lines}`), step(get(ask), answer(lines, "one"), either("one"))]);

/** Nothing is stored; the endpoint's own 304, or the whole response. */
const first = (lines: string, reply: string) =>
  step(
    get(lines),
    (seen) =>
      says(seen, "if-none-match") || says(seen, "if-modified-since") ? reply : answer(`${LONG}\r\n${BOTH}`, "two"),
    {},
    { premise: true },
  );

const MUST_HAVE: ExpectedFields = {
  date: /GMT$/,
  etag: '"v1"',
  "cache-control": "max-age=60",
  expires: "<3600>",
  "content-location": "/a.txt",
  vary: /x-a/i,
};

/** RFC 9111 section 4.3.2, RFC 9110 section 13: conditions that clients send. */
export const CONDITIONAL_CASES: readonly CacheCase[] = [
  unchanged("If-None-Match with the stored ETag: 304", S, "good", V1, 'If-None-Match: "v1"'),
  unchanged("one of several ETags: 304", S, "good", V1, 'If-None-Match: "v0", "v1" , "v2"'),
  unchanged("ETags in several lines: 304", "9110 5.3", "good", V1, 'If-None-Match: "v0"\r\nIf-None-Match: "v1"'),
  unchanged("an ETag with a comma in it: 304", S, "good", 'ETag: "a,b"', 'If-None-Match: "x", "a,b"'),
  unchanged("weak comparison: W/ in the request", "9110 13.1.2", "MUST", V1, 'If-None-Match: W/"v1"'),
  unchanged("weak comparison: W/ in what is stored", "9110 13.1.2", "MUST", 'ETag: W/"v1"', 'If-None-Match: "v1"'),
  unchanged("weak comparison: W/ in both", "9110 13.1.2", "MUST", 'ETag: W/"v1"', 'If-None-Match: W/"v1"'),
  unchanged("If-None-Match: * where something is stored", "9110 13.1.2", "good", V1, "If-None-Match: *"),
  unchanged(
    "If-Modified-Since with Last-Modified: 304",
    S,
    "good",
    "Last-Modified: <-3600>",
    "If-Modified-Since: <-3600>",
  ),
  unchanged(
    "If-Modified-Since after Last-Modified: 304",
    S,
    "good",
    "Last-Modified: <-3600>",
    "If-Modified-Since: <-60>",
  ),
  unchanged(
    "If-Modified-Since as RFC 850 had it: 304",
    "9110 5.6.7",
    "MUST",
    "Last-Modified: <-3600>",
    "If-Modified-Since: <-3600 rfc850>",
  ),
  unchanged("without Last-Modified, Date is taken", S, "SHOULD", "Date: <0>", "If-Modified-Since: <60>"),
  unchanged(
    "If-None-Match prevails over an older If-Modified-Since",
    "9110 13.1.3",
    "MUST",
    BOTH,
    'If-None-Match: "v1"\r\nIf-Modified-Since: <-7200>',
  ),
  unchanged("a 304 has an Age", "9111 4", "good", V1, 'If-None-Match: "v1"', { age: /^\d+$/ }),
  unchanged(
    "a 304 has the fields that it must have",
    "9110 15.4.5",
    "MUST",
    `${V1}\r\nExpires: <3600>\r\nContent-Location: /a.txt\r\nVary: X-A`,
    'If-None-Match: "v1"',
    MUST_HAVE,
  ),
  unchanged(
    "a 304 says nothing of a body",
    "9110 15.4.5",
    "SHOULD NOT",
    `${V1}\r\nContent-Type: a/b\r\nContent-Encoding: x-a`,
    'If-None-Match: "v1"',
    { "content-type": undefined, "content-encoding": undefined },
  ),
  changed("If-None-Match with another ETag: the whole response", S, "MUST", V1, 'If-None-Match: "v2"'),
  changed("an ETag that is contained in another one", "9110 8.8.3.2", "MUST", V1, 'If-None-Match: "v1.1", "xv1"'),
  changed("an ETag without quotes", "9110 8.8.3", "good", V1, "If-None-Match: v1"),
  changed("If-Modified-Since before Last-Modified", S, "MUST", "Last-Modified: <-3600>", "If-Modified-Since: <-7200>"),
  changed(
    "If-None-Match prevails over a later If-Modified-Since",
    "9110 13.1.3",
    "MUST",
    BOTH,
    'If-None-Match: "v2"\r\nIf-Modified-Since: <-60>',
  ),
  changed(
    "If-Modified-Since that is no date",
    "9110 13.1.3",
    "MUST",
    "Last-Modified: <-3600>",
    "If-Modified-Since: now",
  ),
  changed(
    "If-Modified-Since with two dates",
    "9110 13.1.3",
    "MUST",
    "Last-Modified: <-3600>",
    "If-Modified-Since: <-60>, <-60>",
  ),
  changed(
    "If-Modified-Since that names no day in the past",
    S,
    "MUST",
    "Last-Modified: <-3600>",
    "If-Modified-Since: 0",
  ),
  cacheCase("If-Match is not for a cache to fail", "9110 13.2.2", "MUST NOT", [
    store(`${LONG}\r\n${V1}`),
    step(get('If-Match: "v2"'), answer("", "two"), [either("one"), either("two"), fetched("two")]),
  ]),
  cacheCase("If-Unmodified-Since is not for a cache to fail", "9110 13.2.2", "MUST NOT", [
    store(`${LONG}\r\nLast-Modified: <-3600>`),
    step(get("If-Unmodified-Since: <-7200>"), answer("", "two"), [either("one"), either("two")]),
  ]),
  cacheCase("HEAD with the stored ETag: 304", S, "good", [
    store(`${LONG}\r\n${V1}`),
    step(head('If-None-Match: "v1"'), answer("", "two"), { client: [{ status: 304, toHead: true }], endpoint: [] }),
  ]),
  cacheCase("a stored 404 is not made a 304", "9110 13.2.1", "MUST", [
    store(`${LONG}\r\n${V1}`, get(), "404 Not Found"),
    step(get('If-None-Match: "v1"'), answer(V1, "one", "404 Not Found"), either("one", { status: 404 })),
  ]),
  cacheCase("a stored redirect is not made a 304", "9110 13.2.1", "MUST", [
    store(`${LONG}\r\n${V1}\r\nLocation: /b`, get(), "301 Moved Permanently"),
    step(get('If-None-Match: "v1"'), answer(V1, "one", "301 Moved Permanently"), either("one", { status: 301 })),
  ]),
  cacheCase("POST with If-Modified-Since is not answered here", "9110 13.1.3", "MUST", [
    store(`${LONG}\r\nLast-Modified: <-3600>`),
    step(request("POST", "If-Modified-Since: <-60>", "/a", "x"), answer("", "two"), fetched("two")),
  ]),
  cacheCase("PUT with If-None-Match: * goes to the endpoint as it is", S, "MUST NOT", [
    store(`${LONG}\r\n${V1}`),
    step(
      request("PUT", "If-None-Match: *", "/a", "x"),
      answer("", "no", "412 Precondition Failed"),
      fetched("no", { status: 412, asked: { "if-none-match": "*" } }),
    ),
  ]),
  cacheCase("the endpoint's 304 reaches who asked for it, where nothing is stored", S, "good", [
    step(
      get('If-None-Match: "v7"'),
      (seen) => (says(seen, "if-none-match", '"v7"') ? notModified('ETag: "v7"') : answer(V1, "one")),
      [either("", { status: 304 }), either("one")],
    ),
  ]),
  cacheCase("and does not spoil the cache for the next one", "9111 4.3.3", "MUST NOT", [
    first('If-None-Match: "v1"', notModified(`${LONG}\r\n${V1}`)),
    step(get(), answer("", "two"), either("two")),
  ]),
  cacheCase("nor with a date", "9111 4.3.3", "MUST NOT", [
    first("If-Modified-Since: <-60>", notModified(LONG)),
    step(get(), answer("", "two"), either("two")),
  ]),
  cacheCase("a client's own ETag that is current: 304, though another one is stored", S, "good", [
    store(`Cache-Control: max-age=1\r\n${V1}`),
    step(
      get('If-None-Match: "v2"'),
      (seen) => (says(seen, "if-none-match", '"v2"') ? notModified('ETag: "v2"') : answer('ETag: "v2"', "two")),
      [either("", { status: 304 }), either("two")],
      { later: 2 },
    ),
  ]),
  cacheCase("a 304 for what is stored is a 200 for a client that has something else", S, "MUST", [
    store(`Cache-Control: max-age=1\r\n${V1}`),
    step(
      get('If-None-Match: "v0"'),
      (seen) => (says(seen, "if-none-match", '"v1"') ? notModified(`${LONG}\r\n${V1}`) : answer(V1, "one")),
      either("one"),
      { later: 2 },
    ),
  ]),
  cacheCase("a client's ETag that equals the stale one: 304 after validation", S, "good", [
    store(`Cache-Control: max-age=1\r\n${V1}`),
    step(
      get('If-None-Match: "v1"'),
      ifMatching('"v1"', notModified(`${LONG}\r\n${V1}`), answer("", "two")),
      either("", { status: 304 }),
      { later: 2 },
    ),
    step(get(), answer("", "three"), cached("one")),
  ]),
  cacheCase("If-None-Match of a client does not make a 200 of the endpoint's a 304", "9110 13.1.2", "MUST", [
    step(get('If-None-Match: "v1"'), answer(`${LONG}\r\nETag: "v2"`, "two"), either("two")),
  ]),
  cacheCase("a 304 without a validator does not freshen what has one by guessing", "9111 4.3.4", "good", [
    store(`Cache-Control: max-age=1\r\n${V1}`),
    step(
      get(),
      ifMatching('"v1"', bare("304 Not Modified", `Date: <now>\r\n${LONG}`), answer("", "two")),
      [either("one")],
      { later: 2 },
    ),
  ]),
];
