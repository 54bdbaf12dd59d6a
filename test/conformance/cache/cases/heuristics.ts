import type { CacheCase } from "../cache-case.ts";
import { cacheCase, get, notReused, refetch, reused, store } from "./shapes.ts";

const OLD = "Last-Modified: <-864000>";
const TTL = { settings: { ttl: 60 } };

/** Section 4.2.2 is a MAY, and nobody expects of a gateway that it knows better than who answers. */
const NO_GUESSING = {
  exception: "Without `ttl` nothing is guessed: a response that does not say how long it is fresh is not.",
};

/** RFC 9111 section 4.2.2, and what `ttl` does instead. */
export const HEURISTIC_CASES: readonly CacheCase[] = [
  reused("ten days unchanged: fresh for a while", "9111 4.2.2", "MAY", OLD, NO_GUESSING),
  reused(
    "public and unchanged, though its status may not be guessed from",
    "9111 4.2.2",
    "MAY",
    `Cache-Control: public\r\n${OLD}`,
    { ...NO_GUESSING, status: "302 Found" },
  ),
  reused("a 404 that names a Last-Modified", "9111 4.2.2", "MAY", OLD, { ...NO_GUESSING, status: "404 Not Found" }),
  notReused("just changed: not fresh", "9111 4.2.2", "SHOULD", "Last-Modified: <0>"),
  notReused("changed in the future: not fresh", "9111 4.2.2", "SHOULD", "Last-Modified: <3600>"),
  notReused("Last-Modified that is no date: not fresh", "9111 4.2.2", "SHOULD", "Last-Modified: yesterday"),
  cacheCase("no more than a fraction of the time unchanged", "9111 4.2.2", "SHOULD", [
    store("Last-Modified: <-100>"),
    refetch(get(), { later: 60 }),
  ]),
  reused("ttl, where a response says nothing", "9111 4.2.2", "good", "X-A: b", TTL),
  reused("ttl, for a 404 that says nothing", "9111 4.2.2", "good", "X-A: b", { ...TTL, status: "404 Not Found" }),
  reused("ttl with Vary", "9111 4.2.2", "good", "Vary: X-A", { ...TTL, asks: [get("X-A: 1"), get("X-A: 1")] }),
  cacheCase("ttl ends", "9111 4.2.2", "MUST NOT", [store(""), refetch(get(), { later: 61 })], TTL),
  cacheCase("a ttl of a second ends", "9111 4.2.2", "MUST NOT", [store(""), refetch(get(), { later: 2 })], {
    settings: { ttl: 1 },
  }),
  notReused("ttl does not override max-age=0", "9111 4.2.2", "MUST NOT", "Cache-Control: max-age=0", TTL),
  notReused("ttl does not override s-maxage=0", "9111 4.2.2", "MUST NOT", "Cache-Control: s-maxage=0", TTL),
  notReused("ttl does not override an Expires that has passed", "9111 4.2.2", "MUST NOT", "Expires: <-60>", TTL),
  notReused("ttl does not override an Expires that is no date", "9111 4.2.2", "MUST NOT", "Expires: 0", TTL),
  notReused("ttl does not override private", "9111 5.2.2.7", "MUST NOT", "Cache-Control: private", TTL),
  notReused("ttl does not override no-store", "9111 5.2.2.5", "MUST NOT", "Cache-Control: no-store", TTL),
  notReused("ttl does not override no-cache", "9111 5.2.2.4", "MUST NOT", "Cache-Control: no-cache", TTL),
  notReused("ttl does not override Vary: *", "9111 4.1", "MUST NOT", "Vary: *", TTL),
  notReused("ttl does not make a 500 cacheable", "9111 4.2.2", "MUST NOT", "X-A: b", {
    ...TTL,
    status: "500 Internal Server Error",
  }),
  notReused("ttl does not make a 302 cacheable", "9111 4.2.2", "MUST NOT", "X-A: b", { ...TTL, status: "302 Found" }),
  notReused("ttl does not open what was for Authorization", "9111 3.5", "MUST NOT", "X-A: b", {
    ...TTL,
    asks: [get("Authorization: Bearer a"), get()],
  }),
  notReused("ttl does not share a cookie", "9111 7.3", "good", "Set-Cookie: a=b", TTL),
];
