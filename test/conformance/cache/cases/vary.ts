import type { CacheCase } from "../cache-case.ts";
import {
  answer,
  cacheCase,
  cached,
  either,
  fetched,
  get,
  ifMatching,
  notModified,
  refetch,
  reuse,
  says,
  step,
  store,
} from "./shapes.ts";

const vary = (names: string): string => `Cache-Control: max-age=60\r\nVary: ${names}`;

const same = (name: string, level: CacheCase["level"], lines: string, first: string, second = first): CacheCase =>
  cacheCase(name, "9111 4.1", level, [store(lines, get(first)), reuse(get(second))]);

const other = (name: string, lines: string, first: string, second: string): CacheCase =>
  cacheCase(name, "9111 4.1", "MUST NOT", [store(lines, get(first)), refetch(get(second))]);

const DE = "Accept-Language: de";
const EN = "Accept-Language: en";

/** Answers in the language that is asked for. */
const inLanguage =
  (lines: string) =>
  (seen: Parameters<typeof says>[0]): string =>
    answer(lines, says(seen, "accept-language", "de") ? "guten Tag" : "good day");

/** RFC 9111 section 4.1: Vary. */
export const VARY_CASES: readonly CacheCase[] = [
  same("the same value matches", "good", vary("X-A"), "X-A: 1"),
  same("absent matches absent", "good", vary("X-A"), "X-B: 1", "X-B: 2"),
  same("two fields that both match", "good", vary("X-A, X-B"), "X-A: 1\r\nX-B: 2", "X-B: 2\r\nX-A: 1"),
  same("names in other letters", "good", vary("x-A"), "X-a: 1", "X-A: 1"),
  same("white space around the value", "MAY", vary("X-A"), "X-A: 1", "X-A:   1  "),
  same("lines that together say the same", "MAY", vary("X-A"), "X-A: 1, 2", "X-A: 1\r\nX-A: 2"),
  same("a name of Vary that stands twice", "good", vary("X-A, X-A"), "X-A: 1"),
  same("an empty member of Vary", "good", vary(", X-A ,,"), "X-A: 1"),
  same("Vary on Accept-Encoding", "good", vary("Accept-Encoding"), "Accept-Encoding: gzip"),
  same("Vary on Cookie", "good", vary("Cookie"), "Cookie: a=1"),
  other("another value", vary("X-A"), "X-A: 1", "X-A: 2"),
  other("a value in other letters", vary("X-A"), "X-A: a", "X-A: A"),
  other("present, then absent", vary("X-A"), "X-A: 1", "X-B: 1"),
  other("absent, then present", vary("X-A"), "X-B: 1", "X-A: 1"),
  other("one of two fields differs", vary("X-A, X-B"), "X-A: 1\r\nX-B: 2", "X-A: 1\r\nX-B: 3"),
  other("a field of a second Vary line differs", `${vary("X-A")}\r\nVary: X-B`, "X-A: 1\r\nX-B: 2", "X-A: 1\r\nX-B: 3"),
  other("an order of values that may mean something", vary("X-A"), "X-A: 1, 2", "X-A: 2, 1"),
  other("Vary on Origin", vary("Origin"), "Origin: http://a.test", "Origin: http://b.test"),
  other("Vary on Cookie keeps callers apart", vary("Cookie"), "Cookie: a=1", "Cookie: a=2"),
  other("Vary on User-Agent", vary("User-Agent"), "User-Agent: a", "User-Agent: b"),
  other("Vary: * never matches", vary("*"), "X-A: 1", "X-A: 1"),
  other("nor does * among others", vary("X-A, *"), "X-A: 1", "X-A: 1"),
  other("nor * in a second line", `${vary("X-A")}\r\nVary: *`, "X-A: 1", "X-A: 1"),
  other("values that run together are not the same", vary("X-A, X-B"), "X-A: 1\r\nX-B: 23", "X-A: 12\r\nX-B: 3"),
  other("a value that looks like another field's", vary("X-A, X-B"), "X-A: 1\r\nX-B: 2", "X-A: 1, x-b: 2"),
  cacheCase("two variants are kept beside each other", "9111 4.1", "good", [
    step(get(DE), inLanguage(vary("Accept-Language")), fetched("guten Tag"), { premise: true }),
    step(get(EN), inLanguage(vary("Accept-Language")), fetched("good day"), { premise: true }),
    step(get(DE), answer("", "two"), cached("guten Tag")),
    step(get(EN), answer("", "two"), cached("good day")),
  ]),
  cacheCase("a third variant is kept besides", "9111 4.1", "good", [
    ...["1", "2", "3"].map((value) =>
      step(get(`X-A: ${value}`), answer(vary("X-A"), value), fetched(value), { premise: true } as const),
    ),
    ...["1", "2", "3"].map((value) => step(get(`X-A: ${value}`), answer("", "new"), cached(value))),
  ]),
  cacheCase("each variant has its own freshness", "9111 4.2", "MUST NOT", [
    step(get(DE), inLanguage("Cache-Control: max-age=1\r\nVary: Accept-Language"), either("guten Tag"), {
      premise: true,
    }),
    step(get(EN), inLanguage(vary("Accept-Language")), either("good day"), { premise: true, later: 2 }),
    step(get(DE), answer("", "two"), fetched("two")),
  ]),
  cacheCase(
    "a 304 that names another variant brings that one",
    "9111 4.3.4",
    "MAY",
    [
      step(get(DE), answer(`${vary("Accept-Language")}\r\nETag: "de"`, "guten Tag"), fetched("guten Tag"), {
        premise: true,
      }),
      step(
        get("Accept-Language: de-CH"),
        ifMatching('"de"', notModified(`${vary("Accept-Language")}\r\nETag: "de"`), answer("", "two")),
        fetched("guten Tag", { asked: { "if-none-match": /"de"/ } }),
      ),
    ],
    { exception: "One variant is validated at a time, the one that the request selects." },
  ),
  cacheCase("a variant that is validated asks with the fields of the request", "9111 4.3.1", "MUST", [
    step(get(DE), answer('Cache-Control: max-age=1\r\nVary: Accept-Language\r\nETag: "de"', "one"), fetched("one"), {
      premise: true,
    }),
    step(
      get(DE),
      ifMatching('"de"', notModified('ETag: "de"\r\nVary: Accept-Language'), answer("", "two")),
      [
        fetched("one", { asked: { "accept-language": ["de"] } }),
        fetched("two", { asked: { "accept-language": ["de"] } }),
      ],
      { later: 2 },
    ),
  ]),
  cacheCase("a Vary that comes later holds for what is stored then", "9111 4.1", "MUST NOT", [
    step(get(DE), answer("Cache-Control: max-age=1", "one"), either("one"), { premise: true }),
    step(get(DE), answer(vary("Accept-Language"), "guten Tag"), either("guten Tag"), { premise: true, later: 2 }),
    step(get(EN), answer(vary("Accept-Language"), "good day"), fetched("good day")),
  ]),
  cacheCase("a Vary that a 304 brings holds for what was stored without", "9111 4.3.4", "MUST", [
    step(get(DE), answer('Cache-Control: max-age=60\r\nETag: "v1"', "one"), either("one"), { premise: true }),
    step(
      get(`${DE}\r\nCache-Control: no-cache`),
      ifMatching('"v1"', notModified(`${vary("Accept-Language")}\r\nETag: "v1"`), answer("", "two")),
      fetched("one"),
      { premise: true },
    ),
    step(get(EN), answer("", "three"), fetched("three")),
  ]),
  cacheCase(
    "a field that is configured is part of the key",
    "9111 2",
    "good",
    [
      store("Cache-Control: max-age=60", get("X-Tenant: a")),
      refetch(get("X-Tenant: b")),
      step(get("X-Tenant: a"), answer("", "three"), cached("one")),
    ],
    { settings: { vary: ["x-tenant"] } },
  ),
];
