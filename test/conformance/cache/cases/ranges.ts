import type { CacheCase, ExpectedFields } from "../cache-case.ts";
import { answer, bare, cacheCase, cached, either, get, head, step } from "./shapes.ts";

const WHOLE = "0123456789";
const ETAG = 'Cache-Control: max-age=60\r\nETag: "v1"\r\nLast-Modified: <-3600>';

/** The whole is stored; then a request with these lines gets this part of it from the cache. */
const part = (name: string, lines: string, text: string, range: string, stored = ETAG): CacheCase =>
  cacheCase(name, "9110 14.2", "MAY", [
    step(get(), answer(stored, WHOLE), either(WHOLE), { premise: true }),
    step(get(lines), whenAsked(text, range), {
      client: [{ status: 206, body: text, fields: { "content-range": `bytes ${range}` } }],
      endpoint: [],
    }),
  ]);

/** What an endpoint would answer, told apart by a field. */
const whenAsked = (text: string, range: string): string =>
  bare(
    "206 Partial Content",
    `Date: <now>\r\nX-From: endpoint\r\nContent-Range: bytes ${range}\r\nContent-Length: ${text.length}`,
    text,
  );

/** The whole is stored; a request with these lines gets all of it. */
const whole = (name: string, section: string, level: CacheCase["level"], lines: string, stored = ETAG): CacheCase =>
  cacheCase(name, section, level, [
    step(get(), answer(stored, WHOLE), either(WHOLE), { premise: true }),
    step(get(lines), answer(stored, WHOLE), either(WHOLE)),
  ]);

const NEEDED: ExpectedFields = {
  date: /GMT$/,
  "cache-control": "max-age=60",
  etag: '"v1"',
  expires: "<3600>",
  "content-location": "/a.txt",
  vary: /accept-language/i,
};

/** RFC 9110 section 14: ranges of a stored response. */
export const RANGE_CASES: readonly CacheCase[] = [
  part("a range of a stored response", "Range: bytes=2-4", "234", "2-4/10"),
  part("the first octet", "Range: bytes=0-0", "0", "0-0/10"),
  part("a range without an end", "Range: bytes=7-", "789", "7-9/10"),
  part("the last octets", "Range: bytes=-3", "789", "7-9/10"),
  part("more last octets than there are", "Range: bytes=-30", WHOLE, "0-9/10"),
  part("a range that goes beyond the end", "Range: bytes=8-99", "89", "8-9/10"),
  part("If-Range with the stored ETag", 'Range: bytes=2-4\r\nIf-Range: "v1"', "234", "2-4/10"),
  part("If-Range with the stored Last-Modified", "Range: bytes=2-4\r\nIf-Range: <-3600>", "234", "2-4/10"),
  cacheCase("a range behind the end is 416, and says how long it is", "9110 15.5.17", "SHOULD", [
    step(get(), answer(ETAG, WHOLE), either(WHOLE), { premise: true }),
    step(get("Range: bytes=10-"), answer(ETAG, WHOLE), [
      { client: [{ status: 416, fields: { "content-range": "bytes */10" } }], endpoint: [] },
      either(WHOLE),
    ]),
  ]),
  cacheCase("a 206 from the cache has the fields that a 206 must have", "9110 15.3.7", "MUST", [
    step(
      get(),
      answer(`${ETAG}\r\nExpires: <3600>\r\nContent-Location: /a.txt\r\nVary: Accept-Language`, WHOLE),
      either(WHOLE),
      { premise: true },
    ),
    step(get("Range: bytes=2-4"), answer(ETAG, WHOLE), [
      either("234", { status: 206, fields: { ...NEEDED, "content-length": "3" } }),
      either(WHOLE),
    ]),
  ]),
  cacheCase("one range is not answered in several parts", "9110 15.3.7.2", "MUST NOT", [
    step(get(), answer(ETAG, WHOLE), either(WHOLE), { premise: true }),
    step(get("Range: bytes=2-4"), answer(ETAG, WHOLE), [
      either("234", { status: 206, fields: { "content-range": ["bytes 2-4/10"] } }),
      either(WHOLE),
    ]),
  ]),
  whole("If-Range with another ETag: the whole response", "9110 13.1.5", "MUST", 'Range: bytes=2-4\r\nIf-Range: "v2"'),
  whole(
    "If-Range with a weak ETag does not match",
    "9110 13.1.5",
    "MUST NOT",
    'Range: bytes=2-4\r\nIf-Range: W/"v1"',
    'Cache-Control: max-age=60\r\nETag: W/"v1"',
  ),
  whole("If-Range with another date: the whole response", "9110 13.1.5", "MUST", "Range: bytes=2-4\r\nIf-Range: <-60>"),
  whole("If-Range without Range is ignored", "9110 13.1.5", "MUST", 'If-Range: "v2"'),
  whole("a unit that is not known is ignored", "9110 14.2", "MUST", "Range: lines=2-4"),
  whole("a range that ends before it begins is invalid", "9110 14.1.2", "MAY", "Range: bytes=4-2"),
  whole("a range that is no range", "9110 14.2", "MAY", "Range: bytes=two-four"),
  cacheCase("Range is ignored for HEAD", "9110 14.2", "MUST", [
    step(get(), answer(ETAG, WHOLE), either(WHOLE), { premise: true }),
    step(head("Range: bytes=2-4"), answer(ETAG, WHOLE), {
      client: [{ status: 200, toHead: true, fields: { "content-length": "10" } }],
    }),
  ]),
  cacheCase("many small ranges do not make a response larger than the whole", "9110 14.2", "SHOULD", [
    step(get(), answer(ETAG, WHOLE), either(WHOLE), { premise: true }),
    step(get(`Range: bytes=${Array.from({ length: 50 }, () => "0-9").join(",")}`), answer(ETAG, WHOLE), [
      either(WHOLE),
      { client: [{ status: 416 }] },
    ]),
  ]),
  cacheCase("a whole response to a request for a range is stored as what it is", "9111 3", "good", [
    step(get("Range: bytes=2-4"), answer(ETAG, WHOLE), [either(WHOLE), either("234", { status: 206 })], {
      premise: true,
    }),
    step(get(), answer("", "two"), cached(WHOLE)),
  ]),
  cacheCase("a range is not cut out of what is stored but not fresh", "9111 4", "MUST NOT", [
    step(get(), answer(`${ETAG}\r\nAge: 3600`, WHOLE), either(WHOLE), { premise: true }),
    step(get("Range: bytes=2-4"), whenAsked("xyz", "2-4/10"), [
      { client: [{ status: 206, body: "xyz" }] },
      // Whoever asks for the whole, and gets a part that nobody asked for, passes on what came.
      { client: [{ status: 206, fields: { "x-from": "endpoint" } }] },
    ]),
  ]),
  cacheCase("a range of a coded response is one of its coded octets", "9110 14.1.2", "good", [
    step(get(), answer(`${ETAG}\r\nContent-Encoding: gzip`, WHOLE), either(WHOLE), { premise: true }),
    step(get("Range: bytes=2-4"), answer(ETAG, WHOLE), [
      either("234", { status: 206, fields: { "content-encoding": "gzip" } }),
      either(WHOLE),
    ]),
  ]),
];
