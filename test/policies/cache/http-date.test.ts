import { describe, expect, it } from "vitest";
import { parseHttpDate } from "../../../src/policies/cache/http-date.ts";

const NOW = Date.UTC(2026, 10, 21);

describe("a date of HTTP", () => {
  it.each([
    ["Sun, 06 Nov 1994 08:49:37 GMT", Date.UTC(1994, 10, 6, 8, 49, 37)],
    ["Sunday, 06-Nov-94 08:49:37 GMT", Date.UTC(1994, 10, 6, 8, 49, 37)],
    ["Sun Nov  6 08:49:37 1994", Date.UTC(1994, 10, 6, 8, 49, 37)],
    ["Wed Nov 16 08:49:37 1994", Date.UTC(1994, 10, 16, 8, 49, 37)],
    ["SUN, 06 nov 1994 08:49:37 gmt", Date.UTC(1994, 10, 6, 8, 49, 37)],
    // More than 50 years ahead is the past (RFC 9110 section 5.6.7).
    ["Saturday, 21-Nov-76 00:00:00 GMT", Date.UTC(2076, 10, 21)],
    ["Monday, 21-Nov-77 00:00:00 GMT", Date.UTC(1977, 10, 21)],
    ["Sat, 31 Dec 2016 23:59:60 GMT", Date.UTC(2016, 11, 31, 23, 59, 59)],
  ])("%s is read", (text, time) => expect(parseHttpDate(text, NOW)).toBe(time));

  it.each([
    "",
    "0",
    "-1",
    "now",
    "1994-11-06T08:49:37Z",
    "Sun, 06 Nov 1994 08:49:37",
    "Sun, 06 Nov 1994 08:49:37 EST",
    "Sun, 06 Nov 1994 08:49:37 +0000",
    "Sun, 6 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 94 08:49:37 GMT",
    "Sun, 31 Feb 1994 08:49:37 GMT",
    "Sun, 00 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 24:00:00 GMT",
    "Sun, 06 Nov 1994 08:60:37 GMT",
    "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
  ])("%s is none", (text) => expect(parseHttpDate(text, NOW)).toBeUndefined());
});
