import type { CacheCase } from "../cache-case.ts";
import { answer, bare, cacheCase, cached, either, get, reuse, step, store } from "./shapes.ts";

const FRESH = "Cache-Control: max-age=60";

/** Stored with these lines; the reused response has these fields. */
const kept = (name: string, lines: string, fields: NonNullable<Parameters<typeof reuse>[1]>["fields"]): CacheCase =>
  cacheCase(`${name} comes back from the cache`, "9111 3.1", "MUST", [
    store(`${FRESH}\r\n${lines}`),
    reuse(get(), fields === undefined ? {} : { fields }),
  ]);

/** Stored with these lines; whatever the second response is, it has no such field. */
const left = (name: string, section: string, lines: string, field: string): CacheCase =>
  cacheCase(`${name} does not come back from the cache`, section, "MUST NOT", [
    step(get(), answer(`${FRESH}\r\n${lines}`, "one"), either("one"), { premise: true }),
    step(get(), answer("", "two"), [
      cached("one", { fields: { [field]: undefined } }),
      { client: [{ status: 200, body: "two" }], endpoint: [{}] },
    ]),
  ]);

const ALL_OCTETS = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join("");
const LARGE = "0123456789abcdef".repeat(8_000);

/** The whole of this body is stored. */
const body = (name: string, text: string, framed = answer(FRESH, text)): CacheCase =>
  cacheCase(`the body comes back whole: ${name}`, "9111 4", "MUST", [
    step(get(), framed, either(text), { premise: true }),
    step(get(), answer("", "two"), cached(text)),
  ]);

/** RFC 9111 section 3.1: what is stored of a response. */
export const FIELD_CASES: readonly CacheCase[] = [
  kept("an unknown field", "X-Whatever: a b c", { "x-whatever": "a b c" }),
  kept("a field in two lines", "X-A: 1\r\nX-A: 2", { "x-a": "1, 2" }),
  kept("Content-Type", "Content-Type: text/html; charset=utf-8", { "content-type": "text/html; charset=utf-8" }),
  kept("Content-Encoding", "Content-Encoding: gzip", { "content-encoding": "gzip" }),
  kept("Content-Language", "Content-Language: de, en", { "content-language": "de, en" }),
  kept("Content-Location", "Content-Location: /a.en", { "content-location": "/a.en" }),
  kept("Content-Security-Policy", "Content-Security-Policy: default-src 'self'", {
    "content-security-policy": "default-src 'self'",
  }),
  kept("Link in two lines", "Link: </a>; rel=x\r\nLink: </b>; rel=y", { link: "</a>; rel=x, </b>; rel=y" }),
  kept("ETag, as it was written", 'ETag: W/"a,b"', { etag: 'W/"a,b"' }),
  kept("Last-Modified", "Last-Modified: <-3600>", { "last-modified": "<-3600>" }),
  kept("Expires", "Expires: <3600>", { expires: "<3600>" }),
  kept("a field with an empty value", "X-A:", { "x-a": [""] }),
  kept("octets above 127 in a value", "X-A: caf\u00e9", { "x-a": "caf\u00e9" }),
  kept("Access-Control-Allow-Origin", "Access-Control-Allow-Origin: *", { "access-control-allow-origin": "*" }),
  cacheCase("Date of a reused response is the one it came with", "9111 4.2.3", "good", [
    store("Cache-Control: max-age=3600\r\nDate: <-60>"),
    reuse(get(), { fields: { date: ["<-60>"] } }),
  ]),
  cacheCase("Cache-Control comes back from the cache, with what is not known", "9111 5.2", "MUST", [
    store("Cache-Control: max-age=60, ext=1, no-transform"),
    reuse(get(), { fields: { "cache-control": "max-age=60, ext=1, no-transform" } }),
  ]),
  left("a field that Connection names", "9111 3.1", "Connection: x-hop\r\nX-Hop: a", "x-hop"),
  left("Keep-Alive", "9111 3.1", "Keep-Alive: timeout=7", "keep-alive"),
  left("Proxy-Authenticate", "9111 3.1", 'Proxy-Authenticate: Basic realm="a"', "proxy-authenticate"),
  left("Proxy-Authentication-Info", "9111 3.1", "Proxy-Authentication-Info: a=b", "proxy-authentication-info"),
  left("Upgrade", "9111 3.1", "Connection: upgrade\r\nUpgrade: h2c", "upgrade"),
  cacheCase("trailers are not made header fields", "9111 3.1", "MUST NOT", [
    step(
      get(),
      bare("200 OK", `Date: <now>\r\n${FRESH}\r\nTransfer-Encoding: chunked`, "3\r\none\r\n0\r\nX-Late: a\r\n\r\n"),
      either("one"),
      { premise: true },
    ),
    step(get(), answer("", "two"), { client: [{ status: 200, fields: { "x-late": undefined } }] }),
  ]),
  body("empty", ""),
  body("every octet", ALL_OCTETS),
  body("128 kB", LARGE),
  body(
    "in chunks",
    "one two",
    bare("200 OK", `Date: <now>\r\n${FRESH}\r\nTransfer-Encoding: chunked`, "4\r\none \r\n3;a=b\r\ntwo\r\n0\r\n\r\n"),
  ),
  cacheCase(
    "a response larger than may be kept is passed on, and not stored",
    "9111 3",
    "good",
    [
      step(get(), answer(FRESH, LARGE), either(LARGE), { premise: true }),
      step(get(), answer(FRESH, LARGE), { client: [{ status: 200, body: LARGE }], endpoint: [{}] }),
    ],
    { settings: { maxEntryBytes: 65_536 } },
  ),
  cacheCase(
    "a larger one of unknown length is passed on, and not stored",
    "9111 3",
    "good",
    [
      step(
        get(),
        bare(
          "200 OK",
          `Date: <now>\r\n${FRESH}\r\nTransfer-Encoding: chunked`,
          `${LARGE.length.toString(16)}\r\n${LARGE}\r\n0\r\n\r\n`,
        ),
        either(LARGE),
        { premise: true },
      ),
      step(get(), answer(FRESH, "two"), { client: [{ status: 200, body: "two" }], endpoint: [{}] }),
    ],
    { settings: { maxEntryBytes: 65_536 } },
  ),
];
