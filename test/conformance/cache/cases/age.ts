import type { CacheCase } from "../cache-case.ts";
import {
  answer,
  bare,
  cacheCase,
  cached,
  either,
  fetched,
  get,
  ifMatching,
  notModified,
  notReused,
  refetch,
  reuse,
  reused,
  step,
  store,
} from "./shapes.ts";

const HOUR = "Cache-Control: max-age=3600";

/** Stored with these lines; the reused response has this Age. */
const aged = (name: string, section: string, level: CacheCase["level"], lines: string, age: RegExp): CacheCase =>
  cacheCase(name, section, level, [store(`${HOUR}\r\n${lines}`), reuse(get(), { fields: { age } })]);

/** RFC 9111 sections 4.2.3 and 5.1. */
export const AGE_CASES: readonly CacheCase[] = [
  cacheCase("a reused response has an Age", "9111 4", "MUST", [
    store(HOUR),
    reuse(get(), { fields: { age: /^[01]$/ } }),
  ]),
  cacheCase("Age grows with the time it is stored", "9111 4.2.3", "MUST", [
    store(HOUR),
    reuse(get(), { later: 2, fields: { age: /^[23]$/ } }),
  ]),
  cacheCase("Age of an hour", "9111 4.2.3", "MUST", [
    store("Cache-Control: max-age=10000"),
    reuse(get(), { later: 3600, fields: { age: /^360[01]$/ } }),
  ]),
  aged("Age goes on from what it was", "9111 4.2.3", "MUST", "Age: 600", /^60[0-2]$/),
  aged("there is one Age", "9111 4", "MUST", "Age: 600", /^\d+$/),
  // Section 4.2.3 leaves it to the cache whether Date counts too.
  aged(
    "an older Date, if it counts, makes it older",
    "9111 4.2.3",
    "MUST",
    "Date: <-900>\r\nAge: 600",
    /^(?:60|90)[0-2]$/,
  ),
  aged("a younger Date does not make it younger", "9111 4.2.3", "MUST", "Date: <-300>\r\nAge: 600", /^60[0-2]$/),
  aged("a Date in the future makes nothing younger", "9111 4.2.3", "MUST", "Date: <600>\r\nAge: 60", /^6[0-2]$/),
  aged("the first of several Ages counts", "9111 5.1", "SHOULD", "Age: 600, 0", /^60[0-2]$/),
  aged("the first of several Age lines counts", "9111 5.1", "SHOULD", "Age: 600\r\nAge: 0", /^60[0-2]$/),
  aged("an Age in words is ignored", "9111 5.1", "SHOULD", "Age: old", /^[0-2]$/),
  aged("a negative Age is ignored", "9111 5.1", "SHOULD", "Age: -600", /^[0-2]$/),
  aged("an Age with a fraction is ignored", "9111 5.1", "SHOULD", "Age: 600.5", /^[0-2]$/),
  notReused("Age uses up max-age", "9111 4.2", "MUST NOT", "Cache-Control: max-age=60\r\nAge: 60"),
  notReused("Age uses up s-maxage", "9111 4.2", "MUST NOT", "Cache-Control: s-maxage=60\r\nAge: 3600"),
  notReused("Age uses up Expires", "9111 4.2", "MUST NOT", "Expires: <60>\r\nAge: 3600"),
  notReused("an Age that no 64 bits hold uses up all", "9111 1.2.2", "MUST", `${HOUR}\r\nAge: 99999999999999999999999`),
  notReused("an Age that no 32 bits hold uses up all", "9111 1.2.2", "MUST", `${HOUR}\r\nAge: 9999999999`),
  reused("Age below max-age leaves it fresh", "9111 4.2", "good", "Cache-Control: max-age=60\r\nAge: 30"),
  cacheCase("Age and time together use up max-age", "9111 4.2.3", "MUST NOT", [
    store("Cache-Control: max-age=60\r\nAge: 59"),
    refetch(get(), { later: 2 }),
  ]),
  cacheCase("the time that the endpoint takes counts", "9111 4.2.3", "good", [
    step(get(), { text: answer("Cache-Control: max-age=60\r\nAge: 0", "one"), hold: 30 }, either("one"), {
      premise: true,
    }),
    reuse(get(), { fields: { age: /^[01]$/ } }),
  ]),
  cacheCase("a 304 makes the response young again", "9111 4.3.4", "MUST", [
    store('Cache-Control: max-age=1\r\nETag: "v1"'),
    step(
      get(),
      ifMatching('"v1"', notModified('Cache-Control: max-age=60\r\nETag: "v1"'), answer("", "two")),
      fetched("one"),
      {
        later: 2,
        premise: true,
      },
    ),
    step(get(), answer("", "three"), cached("one", { fields: { age: /^[01]$/ } })),
  ]),
  cacheCase("a response from the endpoint has no Age of this cache's making", "9111 5.1", "good", [
    step(get(), answer(HOUR, "one"), fetched("one", { fields: { age: undefined } })),
    reuse(),
  ]),
  cacheCase("an Age that the endpoint's side sends comes through", "9111 5.1", "MUST", [
    step(get(), answer("Cache-Control: no-store\r\nAge: 7", "one"), fetched("one", { fields: { age: /^[78]$/ } })),
    step(get(), bare("200 OK", "Date: <now>\r\nContent-Length: 3", "two"), fetched("two")),
  ]),
];
