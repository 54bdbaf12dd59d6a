import type { CacheCase } from "../cache-case.ts";
import {
  answer,
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
const at = (target: string, lines = ""): string => get(lines, target);

/** After such a request, with such an answer, the stored response is not used. */
const invalidates = (method: string, status: string, lines = ""): CacheCase =>
  cacheCase(`${method} answered ${status.slice(0, 3)} invalidates its target`, "9111 4.4", "MUST", [
    store(FRESH),
    step(
      request(method, "", "/a", method === "DELETE" ? undefined : "x"),
      answer(lines, "done", status),
      {},
      { premise: true },
    ),
    refetch(),
  ]);

/** After such a request, with such an answer, the stored response is used as before. */
const leaves = (name: string, level: CacheCase["level"], ask: string, reply: string, stored = get()): CacheCase =>
  cacheCase(name, "9111 4.4", level, [store(FRESH, stored), step(ask, reply, {}, { premise: true }), reuse(stored)]);

/** POST to /b, whose answer names another URI in this field: what is stored for it is used no more. */
const named = (field: string, value: string, level: CacheCase["level"] = "MAY", stored = at("/a")): CacheCase =>
  cacheCase(`${field}: ${value} is invalidated too`, "9111 4.4", level, [
    store(FRESH, stored),
    step(request("POST", "", "/b", "x"), answer(`${field}: ${value}`, "done", "201 Created"), {}, { premise: true }),
    refetch(stored),
  ]);

/** The same with a URI of another origin. */
const foreign = (field: string, value: string): CacheCase =>
  cacheCase(`${field}: ${value} of another origin is not invalidated`, "9111 4.4", "MUST NOT", [
    store(FRESH, at("/a", "Host: b.test")),
    step(request("POST", "", "/b", "x"), answer(`${field}: ${value}`, "done", "201 Created"), {}, { premise: true }),
    reuse(at("/a", "Host: b.test")),
  ]);

/** RFC 9111 section 4.4: invalidation. */
export const INVALIDATION_CASES: readonly CacheCase[] = [
  invalidates("POST", "200 OK"),
  invalidates("PUT", "200 OK"),
  invalidates("PUT", "201 Created"),
  invalidates("PATCH", "200 OK"),
  invalidates("DELETE", "200 OK"),
  invalidates("POST", "303 See Other", "Location: /elsewhere"),
  invalidates("POST", "302 Found", "Location: /elsewhere"),
  invalidates("BREW", "200 OK"),
  cacheCase("DELETE answered 204 invalidates its target", "9111 4.4", "MUST", [
    store(FRESH),
    step(request("DELETE"), "HTTP/1.1 204 No Content\r\nDate: <now>\r\n\r\n", {}, { premise: true }),
    refetch(),
  ]),
  cacheCase("all variants are invalidated", "9111 4.4", "MUST", [
    store(`${FRESH}\r\nVary: X-A`, get("X-A: 1")),
    step(get("X-A: 2"), answer(`${FRESH}\r\nVary: X-A`, "other"), fetched("other"), { premise: true }),
    step(request("POST", "", "/a", "x"), answer("", "done"), {}, { premise: true }),
    refetch(get("X-A: 1")),
    refetch(get("X-A: 2")),
  ]),
  cacheCase("what is fetched after it is stored anew", "9111 4.4", "good", [
    store(FRESH),
    step(request("POST", "", "/a", "x"), answer("", "done"), {}, { premise: true }),
    refetch(get(), {}, FRESH),
    step(get(), answer("", "three"), cached("two")),
  ]),
  cacheCase("an invalidated response may be validated, not used as it is", "9111 4.4", "good", [
    store(`${FRESH}\r\nETag: "v1"`),
    step(request("POST", "", "/a", "x"), answer("", "done"), {}, { premise: true }),
    step(get(), ifMatching('"v1"', notModified('ETag: "v1"'), answer("", "two")), [fetched("one"), fetched("two")]),
  ]),
  cacheCase("an unsafe request that bears Authorization invalidates too", "9111 4.4", "MUST", [
    store(FRESH),
    step(request("POST", "Authorization: Bearer a", "/a", "x"), answer("", "done"), {}, { premise: true }),
    refetch(),
  ]),
  cacheCase("one with no-store invalidates too", "9111 4.4", "MUST", [
    store(FRESH),
    step(
      request("PUT", "Cache-Control: no-store", "/a", "x"),
      answer("Cache-Control: no-store", "done"),
      {},
      { premise: true },
    ),
    refetch(),
  ]),
  named("Location", "/a"),
  named("Location", "http://a.test/a"),
  named("Content-Location", "/a"),
  named("Content-Location", "http://a.test/a"),
  named("Location", "a"),
  named("Location", "/a?x=1", "MAY", at("/a?x=1")),
  foreign("Location", "http://b.test/a"),
  foreign("Content-Location", "http://b.test/a"),
  foreign("Location", "//b.test/a"),
  leaves(
    "POST that fails with 500 leaves what is stored",
    "good",
    request("POST", "", "/a", "x"),
    answer("", "no", "500 Internal Server Error"),
  ),
  leaves(
    "POST that fails with 404 leaves what is stored",
    "good",
    request("POST", "", "/a", "x"),
    answer("", "no", "404 Not Found"),
  ),
  leaves("POST to another path leaves it", "good", request("POST", "", "/b", "x"), answer("", "done")),
  leaves("POST to another host leaves it", "good", request("POST", "Host: b.test", "/a", "x"), answer("", "done")),
  leaves("POST with another query leaves it", "good", request("POST", "", "/a?x=1", "x"), answer("", "done")),
  leaves("OPTIONS leaves it", "good", request("OPTIONS"), answer("", "done")),
  leaves(
    "GET of another path that names it in Content-Location leaves it",
    "good",
    at("/b"),
    answer("Content-Location: /a", "done"),
  ),
  leaves("a HEAD that the cache answers leaves it", "good", head(), answer("", "two")),
  cacheCase("an unsafe request that gets no answer does no harm", "9111 4.4", "good", [
    store(FRESH),
    step(request("POST", "", "/a", "x"), FAILS, { client: [{ status: [502, 503, 504] }] }, { premise: true }),
    step(get(), answer("", "two"), [cached("one"), fetched("two")]),
  ]),
  cacheCase("a Location that is no URI does no harm", "9111 4.4", "good", [
    store(FRESH),
    step(
      request("POST", "", "/b", "x"),
      answer("Location: http://[/%zz", "done", "201 Created"),
      either("done", { status: 201 }),
    ),
    reuse(),
  ]),
  cacheCase("a response that was asked for before the change is not used after it", "9111 4.4", "good", [
    {
      ask: [get(), request("PUT", "", "/a", "x")],
      inTurn: true,
      answer: (seen) => (seen.line.startsWith("PUT") ? answer("", "done") : slowly(answer(FRESH, "one"))),
      outcomes: [
        {
          client: [
            { status: 200, body: "one" },
            { status: 200, body: "done" },
          ],
        },
      ],
      premise: true,
    },
    refetch(),
  ]),
];
