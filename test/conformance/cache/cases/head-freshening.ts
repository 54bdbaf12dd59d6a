import type { CacheCase } from "../cache-case.ts";
import { answer, cacheCase, cached, either, fetched, get, head, step, store } from "./shapes.ts";

const V1 = 'ETag: "v1"';
const LM = "Last-Modified: <-3600>";
const FRESH = "Cache-Control: max-age=60";
/** Goes to the endpoint though a fresh response is stored. */
const ASK = head("Cache-Control: no-cache");

/** A HEAD is answered with these fields and as if by this body; the stored response must not be used as fresh after it. */
const outdated = (name: string, stored: string, lines: string, body = "one"): CacheCase =>
  cacheCase(name, "9111 4.3.5", "SHOULD", [
    store(`${FRESH}\r\n${stored}`),
    step(
      ASK,
      answer(lines, body),
      { client: [{ status: 200, toHead: true }], endpoint: [{ line: "HEAD /a HTTP/1.1" }] },
      { premise: true },
    ),
    step(get(), answer("", "two"), fetched("two")),
  ]);

/** RFC 9111 section 4.3.5: what a HEAD says of a stored GET. */
export const HEAD_CASES: readonly CacheCase[] = [
  outdated("HEAD with another ETag: what is stored is stale", V1, `${FRESH}\r\nETag: "v2"`),
  outdated("HEAD with another Last-Modified: what is stored is stale", LM, `${FRESH}\r\nLast-Modified: <-60>`),
  outdated("HEAD with another Content-Length: what is stored is stale", V1, `${FRESH}\r\n${V1}`, "longer"),
  cacheCase("HEAD with the same validators: what is stored is updated", "9111 4.3.5", "SHOULD", [
    store(`${FRESH}\r\n${V1}\r\nX-A: 1`),
    step(
      ASK,
      answer(`${FRESH}\r\n${V1}\r\nX-A: 2`, "one"),
      { client: [{ status: 200, toHead: true }], endpoint: [{ line: "HEAD /a HTTP/1.1" }] },
      { premise: true },
    ),
    step(get(), answer("", "two"), cached("one", { fields: { "x-a": "2" } })),
  ]),
  cacheCase("a HEAD that is answered by the endpoint does not empty the stored body", "9111 4.3.5", "MUST NOT", [
    store(`${FRESH}\r\n${V1}`),
    step(ASK, answer(`${FRESH}\r\n${V1}`, "one"), { client: [{ status: 200, toHead: true }] }, { premise: true }),
    step(get(), answer("", "two"), [either("one"), either("two")]),
  ]),
  cacheCase("a HEAD that fails leaves what is stored", "9111 4.3.5", "good", [
    store(`${FRESH}\r\n${V1}`),
    step(ASK, answer("", "oops", "500 Internal Server Error"), {}, { premise: true }),
    step(get(), answer("", "two"), cached("one")),
  ]),
];
