import type { CacheCase, ExpectedFields } from "../cache-case.ts";
import {
  answer,
  cacheCase,
  cached,
  either,
  FAILS,
  fetched,
  get,
  ifMatching,
  notModified,
  refetch,
  reuse,
  step,
  store,
} from "./shapes.ts";

const FRESH = "Cache-Control: max-age=3600";
const ask = (value: string): string => get(`Cache-Control: ${value}`);

const obeyed = (name: string, section: string, value: string, lines = FRESH): CacheCase =>
  cacheCase(name, section, "SHOULD", [store(lines), refetch(ask(value))]);

const satisfied = (name: string, section: string, value: string, lines = FRESH): CacheCase =>
  cacheCase(name, section, "MAY", [store(lines), reuse(ask(value))]);

/** A request with these directives reaches the endpoint with all of them. */
const passed = (name: string, lines: string, asked: ExpectedFields): CacheCase =>
  cacheCase(name, "9111 5.2", "MUST", [step(get(lines), answer("", "one"), fetched("one", { asked }))]);

const STALE = `Cache-Control: max-age=1\r\nETag: "v1"`;
const only = (...status: number[]) => ({ client: [{ status }], endpoint: [] });

/** RFC 9111 sections 5.2.1 and 5.4: what requests ask of a cache. */
export const REQUEST_CASES: readonly CacheCase[] = [
  obeyed("no-cache: what is stored is not used unasked", "9111 5.2.1.4", "no-cache"),
  obeyed("NO-CACHE in capitals", "9111 5.2", "NO-CACHE"),
  obeyed("no-cache among others", "9111 5.2.1.4", "max-age=100, no-cache, a=b"),
  obeyed("max-age=0", "9111 5.2.1.1", "max-age=0"),
  obeyed("max-age that the response has exceeded", "9111 5.2.1.1", "max-age=10", `${FRESH}\r\nAge: 30`),
  obeyed("min-fresh that the response does not reach", "9111 5.2.1.3", "min-fresh=100", "Cache-Control: max-age=60"),
  obeyed("min-fresh counts Age", "9111 5.2.1.3", "min-fresh=40", "Cache-Control: max-age=60\r\nAge: 30"),
  obeyed(
    "max-age=0 with max-stale: the age is still too much",
    "9111 5.2.1.1",
    "max-age=5, max-stale",
    `${FRESH}\r\nAge: 30`,
  ),
  satisfied("max-age that the response keeps", "9111 5.2.1.1", "max-age=100", `${FRESH}\r\nAge: 30`),
  satisfied("min-fresh that the response reaches", "9111 5.2.1.3", "min-fresh=20", "Cache-Control: max-age=60"),
  satisfied("a directive that nobody knows", "9111 5.2.3", "sauce=mild"),
  satisfied("only-if-cached, and it is", "9111 5.2.1.7", "only-if-cached"),
  satisfied("no-transform", "9111 5.2.1.6", "no-transform"),
  cacheCase("no-cache is a validation, where that is possible", "9111 5.2.1.4", "good", [
    store(`${FRESH}\r\nETag: "v1"`),
    step(
      ask("no-cache"),
      ifMatching('"v1"', notModified('ETag: "v1"'), answer("", "two")),
      fetched("one", { asked: { "if-none-match": '"v1"' } }),
    ),
  ]),
  cacheCase("no-cache renews what is stored", "9111 5.2.1.4", "good", [
    store(FRESH),
    step(ask("no-cache"), answer(FRESH, "two"), fetched("two"), { premise: true }),
    step(get(), answer("", "three"), cached("two")),
  ]),
  cacheCase("only-if-cached, and it is not: 504", "9111 5.2.1.7", "SHOULD", [
    step(ask("only-if-cached"), answer("", "one"), only(504)),
  ]),
  cacheCase("only-if-cached, and it is stale: 504", "9111 5.2.1.7", "SHOULD", [
    store(STALE),
    step(ask("only-if-cached"), answer("", "two"), only(504), { later: 2 }),
  ]),
  cacheCase("only-if-cached with no-cache: 504", "9111 5.2.1.7", "SHOULD", [
    store(FRESH),
    step(ask("only-if-cached, no-cache"), answer("", "two"), only(504)),
  ]),
  cacheCase("max-stale: what is stale is good enough", "9111 5.2.1.2", "MAY", [
    store(STALE),
    reuse(ask("max-stale"), { later: 2 }),
  ]),
  cacheCase("max-stale of a length that is kept", "9111 5.2.1.2", "MAY", [
    store(STALE),
    reuse(ask("max-stale=60"), { later: 2 }),
  ]),
  cacheCase("max-stale of a length that is exceeded", "9111 4.2.4", "MUST NOT", [
    store("Cache-Control: max-age=10"),
    refetch(ask("max-stale=60"), { later: 100 }),
  ]),
  cacheCase("max-stale does not lift must-revalidate", "9111 5.2.2.2", "MUST NOT", [
    store('Cache-Control: max-age=1, must-revalidate\r\nETag: "v1"'),
    refetch(ask("max-stale=60"), { later: 2 }),
  ]),
  cacheCase("nor proxy-revalidate", "9111 5.2.2.8", "MUST NOT", [
    store('Cache-Control: max-age=1, proxy-revalidate\r\nETag: "v1"'),
    refetch(ask("max-stale=60"), { later: 2 }),
  ]),
  cacheCase("nor s-maxage", "9111 5.2.2.10", "MUST NOT", [
    store('Cache-Control: s-maxage=1\r\nETag: "v1"'),
    refetch(ask("max-stale=60"), { later: 2 }),
  ]),
  cacheCase("nor no-cache", "9111 5.2.2.4", "MUST NOT", [
    store('Cache-Control: no-cache, max-age=60\r\nETag: "v1"'),
    refetch(ask("max-stale=60")),
  ]),
  cacheCase(
    "a client that asks for no-cache gets the error, not what is stored",
    "9111 5.2.1.4",
    "good",
    [store(FRESH), step(ask("no-cache"), FAILS, { client: [{ status: [502, 503, 504] }] })],
    { settings: { staleIfError: 600 } },
  ),
  cacheCase("Pragma: no-cache is as good as Cache-Control: no-cache", "9111 5.4", "MAY", [
    store(FRESH),
    refetch(get("Pragma: no-cache")),
  ]),
  cacheCase("Pragma is ignored beside Cache-Control", "9111 5.4", "good", [
    store(FRESH),
    reuse(get("Pragma: no-cache\r\nCache-Control: max-age=100")),
  ]),
  passed("directives of a request go on to the endpoint", "Cache-Control: no-cache, max-stale=5, sauce=mild", {
    "cache-control": "no-cache, max-stale=5, sauce=mild",
  }),
  passed("Pragma goes on too", "Pragma: no-cache", { pragma: "no-cache" }),
  passed("directives in two lines go on", "Cache-Control: no-cache\r\nCache-Control: max-age=0", {
    "cache-control": "no-cache, max-age=0",
  }),
  cacheCase("directives of a response go on to the client", "9111 5.2", "MUST", [
    step(
      get(),
      answer("Cache-Control: private, s-maxage=0, sauce=mild", "one"),
      either("one", { fields: { "cache-control": "private, s-maxage=0, sauce=mild" } }),
    ),
  ]),
];
