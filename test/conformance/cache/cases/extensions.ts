import type { CacheCase, ExpectedFields } from "../cache-case.ts";
import {
  answer,
  bare,
  cacheCase,
  cached,
  either,
  FAILS,
  fetched,
  get,
  head,
  ifMatching,
  notModified,
  refetch,
  request,
  reuse,
  slowly,
  step,
  store,
} from "./shapes.ts";

const FRESH = "Cache-Control: max-age=60";
const V1 = 'ETag: "v1"';
const SWR = `Cache-Control: max-age=1, stale-while-revalidate=60\r\n${V1}`;
const SIE = `Cache-Control: max-age=1, stale-if-error=60\r\n${V1}`;
const renewed = ifMatching('"v1"', notModified(`${FRESH}\r\n${V1}`), answer(FRESH, "two"));
const LATE = { later: 2 };

/** Served stale at once, while the endpoint is asked behind. */
const servedStale = { client: [{ status: 200, body: "one" }], endpoint: [{}] };

/** Stale by now, and the endpoint answers so: what is stored is served in place of it. */
const hidden = (name: string, status: string, level: CacheCase["level"] = "MAY"): CacheCase =>
  cacheCase(name, "5861 4", level, [store(SIE), step(get(), answer("", "oops", status), servedStale, LATE)]);

/** Stale by now; an answer with this status is no error for stale-if-error. */
const shown = (status: string): CacheCase =>
  cacheCase(`stale-if-error does not hide a ${status.slice(0, 3)}`, "5861 4", "good", [
    store(SIE),
    step(get(), answer("", "oops", status), either("oops", { status: Number(status.slice(0, 3)) }), LATE),
  ]);

/** RFC 5861: stale-while-revalidate and stale-if-error. */
export const STALE_EXTENSION_CASES: readonly CacheCase[] = [
  cacheCase("stale-while-revalidate: served at once, and asked for behind", "5861 3", "MAY", [
    store(SWR),
    step(get(), slowlyRenewed(), servedStale, { ...LATE, background: 1 }),
  ]),
  cacheCase("what came from behind is served then", "5861 3", "MAY", [
    store(SWR),
    step(get(), answer(FRESH, "two"), servedStale, { ...LATE, background: 1, premise: true }),
    step(get(), answer("", "three"), cached("two")),
  ]),
  cacheCase("the request behind validates", "9111 4.3.1", "MUST", [
    store(SWR),
    step(
      get(),
      renewed,
      { client: [{ status: 200, body: "one" }], endpoint: [{ fields: { "if-none-match": '"v1"' } }] },
      { ...LATE, background: 1 },
    ),
  ]),
  cacheCase("a 304 behind makes it fresh", "5861 3", "MAY", [
    store(SWR),
    step(get(), renewed, servedStale, { ...LATE, background: 1, premise: true }),
    step(get(), answer("", "three"), cached("one")),
  ]),
  cacheCase("one request behind, however many are served", "5861 3", "good", [
    store(SWR),
    {
      ask: [get(), get(), get()],
      answer: { text: answer(FRESH, "two"), hold: "served" },
      later: 2,
      background: 1,
      outcomes: [{ client: [1, 2, 3].map(() => ({ status: 200, body: "one" })), endpoint: [{}] }],
    },
  ]),
  cacheCase("what is served stale has an Age that says so", "5861 3", "SHOULD", [
    store(SWR),
    step(
      get(),
      renewed,
      { client: [{ status: 200, body: "one", fields: { age: /^[23]$/ } }] },
      { ...LATE, background: 1 },
    ),
  ]),
  cacheCase("beyond stale-while-revalidate the client waits", "5861 3", "SHOULD NOT", [
    store(SWR),
    refetch(get(), { later: 100 }),
  ]),
  cacheCase("an error behind is not served, and a later one asks again", "5861 3", "good", [
    store(SWR),
    step(get(), answer("", "oops", "500 Internal Server Error"), servedStale, {
      ...LATE,
      background: 1,
      premise: true,
    }),
    step(get(), answer(FRESH, "two"), servedStale, { ...LATE, background: 1 }),
    step(get(), answer("", "three"), cached("two")),
  ]),
  cacheCase("what is asked for behind a request with no-store is not stored", "9111 5.2.1.5", "MUST NOT", [
    store(SWR),
    step(get("Cache-Control: no-store"), answer(FRESH, "two"), either("one"), {
      ...LATE,
      background: 1,
      premise: true,
    }),
    step(get(), answer(FRESH, "three"), [either("one"), either("three")], { background: 1 }),
  ]),
  cacheCase("stale-while-revalidate=0 allows nothing", "5861 3", "SHOULD NOT", [
    store(`Cache-Control: max-age=1, stale-while-revalidate=0\r\n${V1}`),
    refetch(get(), LATE),
  ]),
  cacheCase("stale-while-revalidate in words allows nothing", "9111 4.2.1", "SHOULD NOT", [
    store(`Cache-Control: max-age=1, stale-while-revalidate=soon\r\n${V1}`),
    refetch(get(), LATE),
  ]),
  cacheCase("HEAD is served stale too", "5861 3", "MAY", [
    store(SWR),
    step(head(), renewed, { client: [{ status: 200, toHead: true }] }, { ...LATE, background: 1 }),
    step(get(), answer("", "three"), cached("one")),
  ]),
  cacheCase("a HEAD behind that speaks of another body: what is stored is stale", "9111 4.3.5", "SHOULD", [
    store("Cache-Control: max-age=1, stale-while-revalidate=60"),
    step(head(), answer(FRESH, "longer"), { client: [{ status: 200, toHead: true }] }, { ...LATE, background: 1 }),
    step(get(), answer(FRESH, "longer"), [fetched("longer"), cached("longer")]),
  ]),
  cacheCase("a client that asks for no-cache is not served stale", "9111 5.2.1.4", "SHOULD", [
    store(SWR),
    refetch(get("Cache-Control: no-cache"), LATE),
  ]),
  cacheCase(
    "staleWhileRevalidate of the config, where a response says nothing",
    "9111 4.2.4",
    "good",
    [store(`Cache-Control: max-age=1\r\n${V1}`), step(get(), renewed, servedStale, { ...LATE, background: 1 })],
    { settings: { staleWhileRevalidate: 60 } },
  ),
  cacheCase("a response that is not stored is fetched behind nobody's back", "5861 3", "MUST NOT", [
    store("Cache-Control: no-store, stale-while-revalidate=60"),
    refetch(get(), LATE),
  ]),
  hidden("stale-if-error: a 500", "500 Internal Server Error"),
  hidden("stale-if-error: a 502", "502 Bad Gateway"),
  hidden("stale-if-error: a 503", "503 Service Unavailable"),
  hidden("stale-if-error: a 504", "504 Gateway Timeout"),
  shown("404 Not Found"),
  shown("403 Forbidden"),
  shown("501 Not Implemented"),
  cacheCase("stale-if-error: a connection that ends", "5861 4", "MAY", [
    store(SIE),
    step(get(), FAILS, either("one"), LATE),
  ]),
  cacheCase("stale-if-error: a connection that is refused", "5861 4", "MAY", [
    store(SIE),
    step(get(), FAILS, either("one"), { ...LATE, endpointDown: true }),
  ]),
  cacheCase("stale-if-error: an answer that is not HTTP", "5861 4", "MAY", [
    store(SIE),
    step(get(), { text: "HELLO\r\n\r\n", connection: "end" }, either("one"), LATE),
  ]),
  cacheCase("what is served in an error's place has an Age that says so", "5861 4", "SHOULD", [
    store(SIE),
    step(get(), answer("", "oops", "503 Service Unavailable"), either("one", { fields: { age: /^[23]$/ } }), LATE),
  ]),
  cacheCase("beyond stale-if-error the error is shown", "5861 4", "SHOULD NOT", [
    store(SIE),
    step(get(), answer("", "oops", "503 Service Unavailable"), either("oops", { status: 503 }), { later: 100 }),
  ]),
  cacheCase("stale-if-error of a request", "5861 4", "MAY", [
    store(`Cache-Control: max-age=1\r\n${V1}`),
    step(get("Cache-Control: stale-if-error=60"), answer("", "oops", "503 Service Unavailable"), either("one"), LATE),
  ]),
  cacheCase(
    "staleIfError of the config: a 503",
    "9111 4.2.4",
    "good",
    [
      store(`Cache-Control: max-age=1\r\n${V1}`),
      step(get(), answer("", "oops", "503 Service Unavailable"), either("one"), LATE),
    ],
    { settings: { staleIfError: 60 } },
  ),
  cacheCase(
    "staleIfError of the config: a connection that ends",
    "9111 4.2.4",
    "good",
    [store(`Cache-Control: max-age=1\r\n${V1}`), step(get(), FAILS, either("one"), LATE)],
    { settings: { staleIfError: 60 } },
  ),
  cacheCase("when the endpoint is well again, it is asked again", "5861 4", "good", [
    store(SIE),
    step(get(), answer("", "oops", "503 Service Unavailable"), either("one"), { ...LATE, premise: true }),
    step(get(), answer(FRESH, "two"), fetched("two")),
  ]),
  cacheCase("the error is not stored in its place", "5861 4", "good", [
    store(SIE),
    step(get(), answer(FRESH, "oops", "503 Service Unavailable"), either("one"), { ...LATE, premise: true }),
    step(get(), answer(FRESH, "two"), fetched("two")),
  ]),
];

function slowlyRenewed() {
  return { text: answer(FRESH, "two"), hold: 40 };
}

const status = (name: string, level: CacheCase["level"], steps: CacheCase["steps"]): CacheCase =>
  cacheCase(name, "9211 2", level, steps);
const told = (value: RegExp | undefined): ExpectedFields => ({ "cache-status": value });

/** RFC 9211 (Cache-Status) and RFC 8246 (immutable). */
export const STATUS_CASES: readonly CacheCase[] = [
  status("Cache-Status of a hit", "good", [store(FRESH), reuse(get(), { fields: told(/^[^;]+; *hit(;|$)/) })]),
  status("its ttl", "good", [store(FRESH), reuse(get(), { fields: told(/; *ttl=(60|59|58)(;|$)/) })]),
  status("a hit does not say fwd", "good", [store(FRESH), reuse(get(), { fields: told(/^(?!.*fwd).*hit/) })]),
  status("a miss: uri-miss", "good", [
    step(get(), answer("", "one"), fetched("one", { fields: told(/; *fwd=(uri-)?miss/) })),
  ]),
  status("a miss that is stored", "good", [
    step(get(), answer(FRESH, "one"), fetched("one", { fields: told(/; *stored(;|$)/) })),
  ]),
  status("a miss that is not stored does not say so", "good", [
    step(get(), answer("Cache-Control: no-store", "one"), fetched("one", { fields: told(/^(?!.*stored)/) })),
  ]),
  status("a variant that is not there: vary-miss", "good", [
    store(`${FRESH}\r\nVary: X-A`, get("X-A: 1")),
    refetch(get("X-A: 2"), { fields: told(/; *fwd=(vary-)?miss/) }),
  ]),
  status("stale, with the endpoint's status", "good", [
    store(`Cache-Control: max-age=1\r\n${V1}`),
    step(get(), renewed, fetched("one", { fields: told(/; *fwd=stale(;|.*; *)fwd-status=304/) }), LATE),
  ]),
  status("a method that is not cached: fwd=method", "good", [
    step(request("POST", "", "/a", "x"), answer("", "one"), fetched("one", { fields: told(/; *fwd=(method|bypass)/) })),
  ]),
  status("what the request wanted: fwd=request", "good", [
    store(FRESH),
    refetch(get("Cache-Control: no-cache"), { fields: told(/; *fwd=(request|bypass)/) }),
  ]),
  status("a stale response that is served: hit, with a negative ttl", "good", [
    store(SWR),
    step(
      get(),
      renewed,
      { client: [{ status: 200, body: "one", fields: told(/; *hit(;|.*; *)ttl=-\d+/) }] },
      { ...LATE, background: 1 },
    ),
  ]),
  status("requests that were one: collapsed", "good", [
    {
      ask: [get(), get()],
      answer: slowly(answer(FRESH, "one")),
      outcomes: [{ client: [1, 2].map(() => ({ status: 200, body: "one" })), endpoint: [{}], clientNever: "fwd=none" }],
    },
  ]),
  status("what an inner cache said stays in front", "SHOULD", [
    step(
      get(),
      answer(`${FRESH}\r\nCache-Status: inner; hit`, "one"),
      fetched("one", { fields: told(/^inner; *hit/) }),
    ),
  ]),
  status("what an inner cache said is stored with the response", "SHOULD", [
    store(`${FRESH}\r\nCache-Status: inner; hit`),
    reuse(get(), { fields: told(/^inner; *hit, *[^,]+hit[^,]*$/) }),
  ]),
  cacheCase("immutable: fresh, it is reused", "8246 2", "good", [
    store("Cache-Control: max-age=60, immutable"),
    reuse(),
  ]),
  cacheCase("immutable does not make anything fresh", "8246 2", "MUST NOT", [
    store(`Cache-Control: immutable\r\n${V1}`),
    refetch(),
  ]),
  cacheCase("immutable does not outlast freshness", "8246 2", "SHOULD", [
    store(`Cache-Control: max-age=1, immutable\r\n${V1}`),
    refetch(get(), LATE),
  ]),
  cacheCase("immutable with an argument, or twice", "8246 2", "MUST", [
    store('Cache-Control: immutable="x", immutable=1, max-age=60'),
    reuse(),
  ]),
  cacheCase("immutable: no-cache of a request is obeyed all the same", "8246 2", "SHOULD", [
    store("Cache-Control: max-age=60, immutable"),
    refetch(get("Cache-Control: no-cache")),
  ]),
  cacheCase("a 1xx is not reused with the response", "9110 15.2", "good", [
    step(get(), `${bare("103 Early Hints", "Link: </x>")}${answer(FRESH, "one")}`, either("one"), { premise: true }),
    step(get(), answer("", "two"), { client: [{ status: 200, body: "one", interim: [] }], endpoint: [] }),
  ]),
];
