import type { CacheCase, Step } from "../cache-case.ts";
import {
  answer,
  cacheCase,
  cached,
  either,
  fetched,
  get,
  head,
  refetch,
  request,
  reuse,
  slowly,
  step,
  store,
} from "./shapes.ts";

const FRESH = "Cache-Control: max-age=60";

/** Requests that differ in what makes up the key. */
const apart = (name: string, first: string, second: string, section = "9111 4"): CacheCase =>
  cacheCase(name, section, "MUST NOT", [store(FRESH, first), refetch(second)]);

const at = (target: string, lines = ""): string => get(lines, target);

/** Several requests at the same time; the endpoint's answers say who asked. */
const together = (
  name: string,
  section: string,
  level: CacheCase["level"],
  asks: readonly string[],
  reply: Step["answer"],
  outcomes: Step["outcomes"],
): CacheCase => cacheCase(name, section, level, [{ ask: asks, answer: reply, outcomes }]);

const five = (ask: string): string[] => Array.from({ length: 5 }, () => ask);
const all = (body: string, count = 5) => Array.from({ length: count }, () => ({ status: 200, body }));
const times = (count: number) => Array.from({ length: count }, () => ({}));

/** RFC 9111 section 4: what a stored response may be used for. */
export const REUSE_CASES: readonly CacheCase[] = [
  apart("another path", at("/a"), at("/b")),
  apart("a path in other letters", at("/a"), at("/A")),
  apart("with a closing slash", at("/a"), at("/a/")),
  apart("a query", at("/a"), at("/a?x=1")),
  apart("another query", at("/a?x=1"), at("/a?x=2")),
  apart("a query in another order", at("/a?x=1&y=2"), at("/a?y=2&x=1")),
  apart("a query in other letters", at("/a?x=a"), at("/a?x=A")),
  apart("another host", at("/a", "Host: a.test"), at("/a", "Host: b.test")),
  apart("another port", at("/a", "Host: a.test:8080"), at("/a", "Host: a.test:8081")),
  apart("an encoded slash", at("/a/b"), at("/a%2Fb")),
  apart("an encoded question mark", at("/a?b"), at("/a%3Fb")),
  apart("two slashes", at("/a/b"), at("/a//b")),
  cacheCase("the same in absolute form", "9112 3.2.2", "good", [
    store(FRESH, at("/a")),
    reuse("GET http://a.test/a HTTP/1.1\r\nHost: a.test\r\n\r\n"),
  ]),
  cacheCase("the host in other letters", "9110 4.2.3", "good", [
    store(FRESH, at("/a", "Host: a.test")),
    reuse(at("/a", "Host: A.TEST")),
  ]),
  cacheCase("no other field is part of the key", "9111 2", "good", [
    store(FRESH, get("Accept: a/b\r\nUser-Agent: x\r\nReferer: http://x.test/")),
    reuse(get("Accept: c/d\r\nUser-Agent: y")),
  ]),
  cacheCase("HTTP/1.0 gets what HTTP/1.1 has stored", "9111 4", "good", [
    store(FRESH),
    reuse("GET /a HTTP/1.0\r\nHost: a.test\r\n\r\n"),
  ]),
  cacheCase("it is reused again and again", "9111 4", "good", [store(FRESH), reuse(), reuse(), reuse()]),
  cacheCase("an unsafe method reaches the endpoint in spite of what is stored", "9111 4", "MUST", [
    store(FRESH),
    refetch(request("POST", "", "/a", "x")),
  ]),
  cacheCase("DELETE reaches the endpoint in spite of what is stored", "9111 4", "MUST", [
    store(FRESH),
    refetch(request("DELETE")),
  ]),
  cacheCase("a method that nobody knows reaches the endpoint", "9111 4", "MUST", [
    store(FRESH),
    refetch(request("BREW")),
  ]),
  cacheCase("OPTIONS reaches the endpoint", "9110 9.3.7", "MUST", [store(FRESH), refetch(request("OPTIONS"))]),
  cacheCase("the newer of two responses is used", "9111 4", "MUST", [
    store('Cache-Control: max-age=1\r\nETag: "v1"'),
    step(get(), answer(FRESH, "two"), either("two"), { later: 2, premise: true }),
    step(get(), answer("", "three"), cached("two")),
  ]),
  cacheCase("of two responses that match, the one with the newer Date is used", "9111 4", "MUST", [
    store(`${FRESH}00\r\nVary: X-A`, get("X-A: 1")),
    step(get("X-A: 2"), answer(`${FRESH}00\r\nDate: <-600>`, "older"), either("older"), { premise: true }),
    step(get("X-A: 1"), answer("", "three"), [cached("one"), either("three")]),
  ]),
  together(
    "requests that come together are one to the endpoint",
    "9111 4",
    "MAY",
    five(get()),
    slowly(answer(FRESH, "one")),
    [{ client: all("one"), endpoint: times(1) }],
  ),
  together(
    "of other targets they are not",
    "9111 4",
    "MUST NOT",
    [at("/a?1"), at("/a?2")],
    (seen) => slowly(answer(FRESH, seen.line.slice(7, 8))),
    [
      {
        client: [
          { status: 200, body: "1" },
          { status: 200, body: "2" },
        ],
        endpoint: times(2),
      },
    ],
  ),
  together(
    "POST requests that come together are not",
    "9111 4",
    "MUST NOT",
    five(request("POST", "", "/a", "x")),
    slowly(answer(FRESH, "one")),
    [{ client: all("one"), endpoint: times(5) }],
  ),
  together(
    "requests with Authorization are not",
    "9111 3.5",
    "MUST NOT",
    [get("Authorization: Bearer 1"), get("Authorization: Bearer 2")],
    (seen) => slowly(answer(FRESH, seen.fields.find(([name]) => name === "authorization")?.[1] ?? "")),
    [
      {
        client: [
          { status: 200, body: "Bearer 1" },
          { status: 200, body: "Bearer 2" },
        ],
      },
    ],
  ),
  together(
    "a private response goes to one alone",
    "9111 5.2.2.7",
    "MUST NOT",
    five(get()),
    slowly(answer("Cache-Control: private, max-age=60", "one")),
    [{ client: all("one"), endpoint: times(5) }],
  ),
  together(
    "a response with no-store goes to one alone",
    "9111 5.2.2.5",
    "MUST NOT",
    five(get()),
    slowly(answer("Cache-Control: no-store", "one")),
    [{ client: all("one"), endpoint: times(5) }],
  ),
  together(
    "a response that Vary gives to others does not go to all",
    "9111 4.1",
    "MUST NOT",
    [get("Accept-Language: de"), get("Accept-Language: en")],
    (seen) =>
      slowly(
        answer(
          `${FRESH}\r\nVary: Accept-Language`,
          seen.fields.find(([name]) => name === "accept-language")?.[1] ?? "",
        ),
      ),
    [
      {
        client: [
          { status: 200, body: "de" },
          { status: 200, body: "en" },
        ],
      },
    ],
  ),
  cacheCase("those who wait are served when the first one leaves", "9111 4", "good", [
    {
      ask: five(get()),
      answer: slowly(answer(FRESH, "one")),
      firstLeaves: true,
      outcomes: [{ client: all("one", 4) }],
    },
  ]),
  cacheCase("those who wait do not get a response that breaks off as a whole one", "9111 3.3", "MUST NOT", [
    {
      ask: five(get()),
      answer: {
        ...slowly(`${answer(FRESH, "").replace("Content-Length: 0", "Content-Length: 9")}one`),
        connection: "end",
      },
      outcomes: [{ clientNever: "\r\nContent-Length: 3\r\n" }],
    },
    step(get(), answer("", "two"), either("two")),
  ]),
  cacheCase("HEAD does not wait for ever behind a GET", "9111 4", "good", [
    {
      ask: [head(), get()],
      answer: slowly(answer(FRESH, "one")),
      outcomes: [
        {
          client: [
            { status: 200, toHead: true },
            { status: 200, body: "one" },
          ],
        },
      ],
    },
    step(get(), answer("", "two"), [cached("one"), fetched("two")]),
  ]),
];
