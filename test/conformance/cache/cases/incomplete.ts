import type { SeenRequest } from "../../http1/probes/scripted-endpoint.ts";
import type { CacheCase, Script } from "../cache-case.ts";
import { answer, bare, cacheCase, either, get, refetch, request, says, step } from "./shapes.ts";

const FRESH = "Date: <now>\r\nCache-Control: max-age=60";

/** The first response breaks off; the next request must get a whole one. */
const cutShort = (name: string, text: string, connection: Script["connection"] = "end"): CacheCase =>
  cacheCase(`a response that breaks off is not used as a whole one: ${name}`, "9111 3.3", "MUST NOT", [
    step(get(), { text, connection }, {}, { premise: true }),
    step(get(), answer("", "two"), either("two")),
  ]);

/** A range is asked for, then everything. Of an endpoint that is asked for everything at once, everything comes. */
const partOnly = (name: string, first: string, range = "bytes=0-2"): CacheCase =>
  cacheCase(name, "9111 3.3", "MUST NOT", [
    step(get(`Range: ${range}`), forRange(first, WHOLE), {}, { premise: true }),
    step(get(), WHOLE, either("whole")),
  ]);

const WHOLE = answer("Cache-Control: max-age=60", "whole");
const forRange =
  (part: string, whole: string) =>
  (seen: SeenRequest): string =>
    says(seen, "range") ? part : whole;

const part = (range: string, text: string, lines = 'ETag: "v1"'): string =>
  bare(
    "206 Partial Content",
    `${FRESH}\r\n${lines}\r\nContent-Range: bytes ${range}\r\nContent-Length: ${text.length}`,
    text,
  );

/** RFC 9111 sections 3.3 and 3.4: incomplete responses and parts. */
export const INCOMPLETE_CASES: readonly CacheCase[] = [
  cutShort("shorter than Content-Length", bare("200 OK", `${FRESH}\r\nContent-Length: 10`, "one")),
  cutShort("a reset inside the body", bare("200 OK", `${FRESH}\r\nContent-Length: 10`, "one"), "reset"),
  cutShort("without the last chunk", bare("200 OK", `${FRESH}\r\nTransfer-Encoding: chunked`, "3\r\none\r\n")),
  cutShort("inside a chunk", bare("200 OK", `${FRESH}\r\nTransfer-Encoding: chunked`, "6\r\none")),
  cutShort("inside the trailers", bare("200 OK", `${FRESH}\r\nTransfer-Encoding: chunked`, "3\r\none\r\n0\r\nX-A: b")),
  cutShort("a bad chunk size", bare("200 OK", `${FRESH}\r\nTransfer-Encoding: chunked`, "3\r\none\r\nzz\r\n\r\n")),
  cutShort("nothing of the body", bare("200 OK", `${FRESH}\r\nContent-Length: 3`)),
  cacheCase("what stands behind Content-Length is no response to anybody", "9112 6.3", "MUST NOT", [
    step(
      get(),
      bare("200 OK", `${FRESH}\r\nContent-Length: 3`, `one${answer("Cache-Control: max-age=60", "evil")}`),
      {},
      {
        premise: true,
      },
    ),
    refetch(get("", "/b")),
  ]),
  partOnly("a 206 does not answer a request for everything", part("0-2/5", "who")),
  partOnly("a 206 that covers all octets is not stored as something else", part("0-4/5", "wrong"), "bytes=0-"),
  cacheCase("a 206 that nobody asked for does not answer later requests", "9111 3.3", "MUST NOT", [
    step(get(), part("0-2/5", "who"), {}, { premise: true }),
    step(get(), WHOLE, either("whole")),
  ]),
  partOnly(
    "several parts in one response do not answer a request for everything",
    bare(
      "206 Partial Content",
      `${FRESH}\r\nContent-Type: multipart/byteranges; boundary=B\r\nContent-Length: 60`,
      "x".repeat(60),
    ),
    "bytes=0-0,2-2",
  ),
  partOnly(
    "a 416 to one client does not answer others",
    bare("416 Range Not Satisfiable", `${FRESH}\r\nContent-Range: bytes */5\r\nContent-Length: 0`),
    "bytes=100-",
  ),
  cacheCase("parts with different strong validators are not combined", "9111 3.4", "MUST NOT", [
    step(get("Range: bytes=0-2"), forRange(part("0-2/5", "who"), answer("", "other")), {}, { premise: true }),
    step(
      get("Range: bytes=3-4"),
      forRange(part("3-4/5", "LE", 'ETag: "v2"'), answer("", "other")),
      {},
      { premise: true },
    ),
    step(get(), answer("", "other"), either("other")),
  ]),
  cacheCase("parts with weak validators are not combined", "9111 3.4", "MUST NOT", [
    step(
      get("Range: bytes=0-2"),
      forRange(part("0-2/5", "who", 'ETag: W/"v1"'), answer("", "other")),
      {},
      { premise: true },
    ),
    step(
      get("Range: bytes=3-4"),
      forRange(part("3-4/5", "LE", 'ETag: W/"v1"'), answer("", "other")),
      {},
      { premise: true },
    ),
    step(get(), answer("", "other"), either("other")),
  ]),
  cacheCase("a range inside a response that broke off may come from it, but only as a 206", "9111 3.3", "MUST NOT", [
    step(
      get(),
      { text: bare("200 OK", `${FRESH}\r\nETag: "v1"\r\nContent-Length: 10`, "one"), connection: "end" },
      {},
      {
        premise: true,
      },
    ),
    step(get("Range: bytes=0-2"), part("0-2/10", "one"), [
      either("one", { status: 206 }),
      { client: [{ status: 502 }] },
    ]),
  ]),
  cacheCase("the response to a POST that breaks off is not stored either", "9111 3.3", "MUST NOT", [
    step(
      request("POST", "", "/a", "x"),
      { text: bare("200 OK", `${FRESH}\r\nContent-Length: 10`, "one"), connection: "end" },
      {},
      {
        premise: true,
      },
    ),
    step(get(), answer("", "two"), either("two")),
  ]),
];
