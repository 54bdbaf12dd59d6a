import type { CacheCase, ExpectedFields } from "../cache-case.ts";
import {
  answer,
  cacheCase,
  cached,
  either,
  fetched,
  get,
  head,
  ifMatching,
  notModified,
  refetch,
  request,
  says,
  step,
  store,
} from "./shapes.ts";

const SHORT = "Cache-Control: max-age=1";
const LONG = "Cache-Control: max-age=60";
const V1 = 'ETag: "v1"';
const stored = (lines = V1) => store(`${SHORT}\r\n${lines}`);
const renewed = (lines: string, validator = '"v1"') =>
  ifMatching(validator, notModified(`${LONG}\r\n${lines}`), answer("", "two"));

/** What is stale is validated with these fields. */
const sends = (name: string, level: CacheCase["level"], lines: string, asked: ExpectedFields): CacheCase =>
  cacheCase(name, "9111 4.3.1", level, [stored(lines), refetch(get(), { later: 2, asked })]);

/** Stored with these, freshened by a 304 with those; what comes then, from the cache, has these fields. */
const freshens = (
  name: string,
  level: CacheCase["level"],
  lines: string,
  by: string,
  fields: ExpectedFields,
): CacheCase =>
  cacheCase(name, "9111 4.3.4", level, [
    stored(`${V1}\r\n${lines}`),
    step(get(), renewed(`${V1}\r\n${by}`), fetched("one"), { later: 2, premise: true }),
    step(get(), answer("", "three"), cached("one", { fields })),
  ]);

/** RFC 9111 sections 4.3.1, 4.3.3 and 4.3.4: validating what is stored. */
export const VALIDATION_CASES: readonly CacheCase[] = [
  sends("the stored ETag is sent", "MUST", V1, { "if-none-match": '"v1"' }),
  sends("a weak ETag is sent as it is", "MUST", 'ETag: W/"v1"', { "if-none-match": 'W/"v1"' }),
  sends("an ETag with a comma in it is sent as it is", "MUST", 'ETag: "a,b"', { "if-none-match": '"a,b"' }),
  sends("an empty ETag is sent as it is", "MUST", 'ETag: ""', { "if-none-match": '""' }),
  sends("Last-Modified is sent", "SHOULD", "Last-Modified: <-3600>", { "if-modified-since": ["<-3600>"] }),
  sends("both are sent", "SHOULD", `${V1}\r\nLast-Modified: <-3600>`, {
    "if-none-match": '"v1"',
    "if-modified-since": ["<-3600>"],
  }),
  sends("no condition without a validator", "good", "X-A: b", {
    "if-none-match": undefined,
    "if-modified-since": undefined,
  }),
  sends("the request for validation is one for the whole", "good", V1, { range: undefined }),
  cacheCase("a client's range does not make the validation one of a range's ETag", "9111 4.3.1", "good", [
    stored(),
    step(get("Range: bytes=0-0"), renewed(V1), [either("one"), either("o", { status: 206 }), either("two")], {
      later: 2,
    }),
  ]),
  cacheCase("a 304 brings the stored body to a client without conditions", "9111 4.3.3", "MUST", [
    stored(),
    step(get(), renewed(V1), fetched("one"), { later: 2 }),
  ]),
  cacheCase("a 304 by date does so too", "9111 4.3.3", "MUST", [
    stored("Last-Modified: <-3600>"),
    step(get(), renewed("", ""), fetched("one"), { later: 2 }),
  ]),
  cacheCase("no-cache is stored, and validated each time", "9111 5.2.2.4", "good", [
    store(`Cache-Control: no-cache\r\n${V1}`),
    step(
      get(),
      ifMatching('"v1"', notModified(V1), answer("", "two")),
      fetched("one", { asked: { "if-none-match": '"v1"' } }),
    ),
    step(
      get(),
      ifMatching('"v1"', notModified(V1), answer("", "two")),
      fetched("one", { asked: { "if-none-match": '"v1"' } }),
    ),
  ]),
  cacheCase("max-age=0 is stored, and validated each time", "9111 4.3", "good", [
    store(`Cache-Control: max-age=0\r\n${V1}`),
    step(
      get(),
      ifMatching('"v1"', notModified(V1), answer("", "two")),
      fetched("one", { asked: { "if-none-match": '"v1"' } }),
    ),
  ]),
  cacheCase("what was freshened is fresh", "9111 4.3.4", "good", [
    stored(),
    step(get(), renewed(V1), fetched("one"), { later: 2, premise: true }),
    step(get(), answer("", "three"), cached("one")),
  ]),
  cacheCase("a response without Date in the 304 is freshened", "9111 4.3.4", "good", [
    stored(),
    step(
      get(),
      ifMatching('"v1"', `HTTP/1.1 304 Not Modified\r\n${LONG}\r\n${V1}\r\n\r\n`, answer("", "two")),
      fetched("one"),
      {
        later: 2,
        premise: true,
      },
    ),
    step(get(), answer("", "three"), cached("one")),
  ]),
  freshens("a field of the 304 replaces the stored one", "MUST", "X-A: 1", "X-A: 2", { "x-a": ["2"] }),
  freshens("a field that only the 304 has is added", "MUST", "X-A: 1", "X-B: 2", { "x-a": ["1"], "x-b": ["2"] }),
  freshens("a field in two lines is replaced as a whole", "MUST", "X-A: 1\r\nX-A: 2", "X-A: 3", { "x-a": ["3"] }),
  freshens("a field that the 304 lacks remains", "MUST", "X-A: 1", "", { "x-a": ["1"] }),
  freshens("Cache-Control is replaced as a whole", "MUST", "X-A: 1", "", { "cache-control": ["max-age=60"] }),
  freshens("Content-Length of a 304 is not the stored body's", "MUST", "X-A: 1", "Content-Length: 0", {
    "content-length": "3",
  }),
  freshens(
    "Content-Encoding of a 304 is not the stored body's",
    "good",
    "Content-Encoding: x-a",
    "Content-Encoding: x-b",
    {
      "content-encoding": "x-a",
    },
  ),
  freshens("Content-Type of a 304 is taken", "MUST", "Content-Type: a/b", "Content-Type: c/d", {
    "content-type": ["c/d"],
  }),
  freshens(
    "a field that Connection names in the 304 is not taken",
    "MUST NOT",
    "X-A: 1",
    "Connection: x-hop\r\nX-Hop: 2",
    {
      "x-hop": undefined,
      "x-a": ["1"],
    },
  ),
  freshens("Expires of a 304 is taken", "MUST", "Expires: <1>", "Expires: <3600>", { expires: ["<3600>"] }),
  freshens("Date of a 304 is taken", "MUST", "X-A: 1", "Date: <2>", { date: ["<2>"] }),
  cacheCase("a 304 with another strong ETag updates nothing that is stored", "9111 4.3.4", "MUST NOT", [
    stored(`${V1}\r\nX-A: 1`),
    step(
      get(),
      (seen) => (says(seen, "if-none-match") ? notModified(`${LONG}\r\nETag: "v2"\r\nX-A: 2`) : answer(LONG, "two")),
      {},
      { later: 2, premise: true },
    ),
    step(get(), answer("", "three"), [either("three"), cached("two"), cached("one", { fields: { "x-a": "1" } })]),
  ]),
  cacheCase("a 304 that brings no-store: what was stored is not used again", "9111 5.2.2.5", "MUST NOT", [
    stored(),
    step(
      get(),
      ifMatching('"v1"', notModified(`${V1}\r\nCache-Control: no-store`), answer("", "two")),
      {},
      { later: 2, premise: true },
    ),
    step(get(), answer("", "three"), fetched("three")),
  ]),
  cacheCase("a 304 that brings private: it is not shared again", "9111 5.2.2.7", "MUST NOT", [
    stored(),
    step(
      get(),
      ifMatching('"v1"', notModified(`${V1}\r\nCache-Control: private, max-age=60`), answer("", "two")),
      {},
      {
        later: 2,
        premise: true,
      },
    ),
    step(get(), answer("", "three"), fetched("three")),
  ]),
  cacheCase("a 304's cookie is not shared", "9111 7.3", "good", [
    stored(),
    step(get(), renewed(`${V1}\r\nSet-Cookie: a=b`), {}, { later: 2, premise: true }),
    step(get(), answer("", "three"), { client: [{ status: 200, fields: { "set-cookie": undefined } }] }),
  ]),
  cacheCase("a full response takes the stored one's place", "9111 4.3.3", "MUST", [
    stored(),
    step(get(), answer(`${LONG}\r\nETag: "v2"`, "two"), fetched("two"), { later: 2, premise: true }),
    step(get(), answer("", "three"), cached("two", { fields: { etag: '"v2"' } })),
  ]),
  cacheCase("a 404 in answer to a validation goes through", "9111 4.3.3", "MUST", [
    stored(),
    step(get(), answer("", "gone", "404 Not Found"), fetched("gone", { status: 404 }), { later: 2 }),
  ]),
  cacheCase("a 404 takes the stored response's place", "9111 4.3.3", "MUST", [
    stored(),
    step(get(), answer(LONG, "gone", "404 Not Found"), fetched("gone", { status: 404 }), { later: 2, premise: true }),
    step(get(), answer("", "three"), [cached("gone", { status: 404 }), fetched("three")]),
  ]),
  cacheCase("a full response that may not be stored: the old one is not used either", "9111 4.3.3", "MUST NOT", [
    stored(),
    step(get(), answer("Cache-Control: no-store", "two"), fetched("two"), { later: 2, premise: true }),
    step(get(), answer("", "three"), fetched("three")),
  ]),
  cacheCase("a 500 in answer to a validation goes through, where nothing else is allowed", "9111 4.3.3", "MAY", [
    stored(),
    step(get(), answer("", "oops", "500 Internal Server Error"), fetched("oops", { status: 500 }), { later: 2 }),
  ]),
  cacheCase("a 500 leaves what is stored to be validated again", "9111 4.3.3", "good", [
    stored(),
    step(get(), answer("", "oops", "500 Internal Server Error"), fetched("oops", { status: 500 }), {
      later: 2,
      premise: true,
    }),
    step(get(), renewed(V1), fetched("one", { asked: { "if-none-match": '"v1"' } })),
  ]),
  cacheCase("requests that come together are one validation", "9111 4", "MAY", [
    stored(),
    {
      ask: [get(), get(), get()],
      later: 2,
      answer: (seen) => ({
        text: says(seen, "if-none-match", '"v1"') ? notModified(`${LONG}\r\n${V1}`) : answer(LONG, "two"),
        hold: 40,
      }),
      outcomes: [
        {
          client: [
            { status: 200, body: "one" },
            { status: 200, body: "one" },
            { status: 200, body: "one" },
          ],
          endpoint: [{}],
        },
      ],
    },
  ]),
  cacheCase("HEAD validates too", "9111 4.3.1", "good", [
    stored(),
    step(
      head(),
      renewed(V1),
      { client: [{ status: 200, toHead: true }], endpoint: [{ fields: { "if-none-match": '"v1"' } }] },
      { later: 2 },
    ),
  ]),
  cacheCase("POST is not made conditional by what is stored", "9111 4.3.1", "MUST NOT", [
    stored(),
    step(
      request("POST", "", "/a", "x"),
      answer("", "two"),
      fetched("two", { asked: { "if-none-match": undefined, "if-modified-since": undefined } }),
      { later: 2 },
    ),
  ]),
];
