import type { ClientStep, Outcome, Probe } from "../probe.ts";
import { chunked, get, OK, oneChunk, post, refused, request, THEN } from "./shapes.ts";

const BIG = "0123456789abcdef".repeat(12_500);
const ALL_OCTETS = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join("");

const body = (name: string, rfc: string, word: Probe["word"], client: readonly ClientStep[], text: string): Probe => ({
  name: `request body: ${name}`,
  rfc,
  word,
  client,
  outcomes: [{ client: [OK], endpoint: [{ body: text }], connection: "open" }],
});

/** Refused; and, though the RFC would allow some to be mended, the connection must be closed. */
const bad = (name: string, rfc: string, word: Probe["word"], sent: string, ...outcomes: Outcome[]): Probe => ({
  name: `request body: ${name}`,
  rfc,
  word,
  client: [sent],
  outcomes: outcomes.length > 0 ? outcomes : [refused(400)],
});

/** What of a message in chunks has reached the endpoint may not look whole to it. */
const badChunk = (name: string, sent: string): Probe => ({
  name: `request body: ${name}`,
  rfc: "9112 7.1",
  word: "MUST",
  client: [chunked(sent)],
  outcomes: [{ client: [{ status: 400 }], endpoint: [], connection: "closed" }],
});

const split = (text: string): string[] => text.split(/(?<=\n)/);

/** RFC 9112 sections 6 and 7, of requests. */
export const REQUEST_FRAMING_PROBES: readonly Probe[] = [
  body("framed by its length", "9112 6.2", "MUST", [post("hello")], "hello"),
  body("every octet there is", "9110 6.4", "MUST", [post(ALL_OCTETS)], ALL_OCTETS),
  body("200 kB", "9112 6.2", "MUST", [post(BIG)], BIG),
  body("empty, by its length", "9112 6.2", "MUST", [post("")], ""),
  body("of a GET", "9110 9.3.1", "pass", [request("GET", "Content-Length: 5", "hello")], "hello"),
  body(
    "of a DELETE, in chunks",
    "9112 6.1",
    "MUST",
    [request("DELETE", "Transfer-Encoding: chunked", oneChunk("hello"))],
    "hello",
  ),
  body("in several writes", "9112 6.2", "MUST", [post("").replace("h: 0", "h: 10"), "hello", "world"], "helloworld"),
  body("in chunks", "9112 7.1", "MUST", [chunked("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")], "hello world"),
  body("in chunks, line by line", "9112 7.1", "MUST", split(chunked("5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n")), "hello!"),
  body("in chunks, every octet there is", "9112 7.1", "MUST", [chunked(oneChunk(ALL_OCTETS))], ALL_OCTETS),
  body("in one chunk of 200 kB", "9112 7.1", "MUST", [chunked(oneChunk(BIG))], BIG),
  body("in chunks, and empty", "9112 7.1", "MUST", [chunked("0\r\n\r\n")], ""),
  body(
    "in chunks, with sizes in capitals and leading zeros",
    "9112 7.1",
    "MUST",
    [chunked("000A\r\n0123456789\r\n00\r\n\r\n")],
    "0123456789",
  ),
  body(
    "in chunks, with extensions that are not known",
    "9112 7.1.1",
    "MUST",
    [chunked('2;a=b;c\r\nhi\r\n0;d="e"\r\n\r\n')],
    "hi",
  ),
  body(
    "in chunks, the coding in capitals",
    "9112 7",
    "MUST",
    [request("POST", "Transfer-Encoding: CHUNKED", oneChunk("hi"))],
    "hi",
  ),
  {
    name: "request body: none without framing fields, and what follows is the next request",
    rfc: "9112 6.3",
    word: "MUST",
    client: [request("POST") + get("", "/b")],
    outcomes: [{ client: [OK, OK], endpoint: [{ body: "" }, { line: "GET /b HTTP/1.1" }], connection: "open" }],
  },
  {
    name: "request body: framing reaches the endpoint as one field only",
    rfc: "9112 6.2",
    word: "MUST NOT",
    client: [chunked(oneChunk("hi"))],
    outcomes: [
      { client: [OK], endpoint: [{ fields: { "transfer-encoding": ["chunked"], "content-length": undefined } }] },
      { client: [OK], endpoint: [{ fields: { "transfer-encoding": undefined, "content-length": ["2"] } }] },
    ],
  },
  {
    name: "request body: a request without one is given no chunks",
    rfc: "9110 8.6",
    word: "SHOULD NOT",
    client: [get()],
    outcomes: [
      { client: [OK], endpoint: [{ fields: { "transfer-encoding": undefined, "content-length": undefined } }] },
    ],
  },
  {
    name: "request body: trailers go on, or are dropped, and never become fields",
    rfc: "9110 6.5.1",
    word: "MUST NOT",
    client: [chunked(oneChunk("hi", "X-Sum: 7\r\n"), "Trailer: X-Sum")],
    outcomes: [{ client: [OK], endpoint: [{ body: "hi", fields: { "x-sum": undefined } }], connection: "open" }],
  },
  {
    name: "request body: a trailer that frames is not merged",
    rfc: "9110 6.5.1",
    word: "MUST NOT",
    client: [chunked(oneChunk("hi", "Content-Length: 7\r\n"))],
    outcomes: [
      { client: [{ status: 400 }], endpoint: [] },
      { client: [OK], endpoint: [{ body: "hi", fields: { "content-length": /^2$/ } }] },
      { client: [OK], endpoint: [{ body: "hi", fields: { "content-length": undefined } }] },
    ],
  },
  bad("a length that is no number", "9112 6.3", "MUST", request("POST", "Content-Length: five", "hello")),
  bad("a negative length", "9112 6.3", "MUST", request("POST", "Content-Length: -1", "hello")),
  bad("a length with a sign", "9112 6.3", "MUST", request("POST", "Content-Length: +5", "hello")),
  bad("a length with a fraction", "9112 6.3", "MUST", request("POST", "Content-Length: 5.0", "hello")),
  bad("an empty length", "9112 6.3", "MUST", request("POST", "Content-Length:", "hello")),
  bad(
    "a length beyond any number",
    "9112 6.3",
    "MUST",
    request("POST", `Content-Length: ${"9".repeat(40)}`, "hello"),
    refused(400, 413),
  ),
  bad(
    "two lengths that differ",
    "9112 6.3",
    "MUST",
    request("POST", "Content-Length: 5\r\nContent-Length: 6", "hello"),
  ),
  bad("a list of lengths that differ", "9112 6.3", "MUST", request("POST", "Content-Length: 5, 6", "hello")),
  bad(
    "a list of lengths that agree is refused, or becomes one",
    "9110 8.6",
    "MUST",
    request("POST", "Content-Length: 5, 5", "hello"),
    refused(400),
    { client: [OK], endpoint: [{ fields: { "content-length": ["5"] }, body: "hello" }] },
  ),
  bad(
    "length and coding: the connection is closed",
    "9112 6.1",
    "MUST",
    chunked(oneChunk("hi"), "Content-Length: 5"),
    refused(400),
    { client: [OK], endpoint: [{ body: "hi", fields: { "content-length": undefined } }], connection: "closed" },
  ),
  bad(
    "chunked that is not the last coding",
    "9112 6.3",
    "MUST",
    request("POST", "Transfer-Encoding: chunked, gzip", oneChunk("hi")),
    refused(400, 501),
  ),
  bad(
    "a coding without chunked",
    "9112 6.3",
    "MUST",
    request("POST", "Transfer-Encoding: gzip", "hello"),
    refused(400, 501),
  ),
  bad(
    "a coding that is not known",
    "9112 6.1",
    "SHOULD",
    request("POST", "Transfer-Encoding: cow, chunked", oneChunk("hi")),
    refused(501, 400),
  ),
  bad(
    "a coding in HTTP/1.0: the connection is closed",
    "9112 6.1",
    "MUST",
    `POST /a HTTP/1.0\r\nHost: a.test\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n${oneChunk("hi")}`,
    refused(400),
    { client: [OK], connection: "closed" },
  ),
  badChunk("a chunk without a size", "\r\nhello\r\n0\r\n\r\n"),
  badChunk("a chunk size that is not hexadecimal", "5g\r\nhello\r\n0\r\n\r\n"),
  badChunk("a chunk size beyond any number", `${"f".repeat(24)}\r\nhello\r\n0\r\n\r\n`),
  badChunk("a negative chunk size", "-5\r\nhello\r\n0\r\n\r\n"),
  badChunk("more data than the chunk's size", "2\r\nhello\r\n0\r\n\r\n"),
  badChunk("a trailer that is no field", "2\r\nhi\r\n0\r\nnonsense\r\n\r\n"),
  {
    name: "request body: larger than the limit is answered 413",
    rfc: "9110 15.5.14",
    word: "pass",
    client: [request("POST", "Content-Length: 2000000", "x")],
    outcomes: [{ client: [{ status: 413 }], endpoint: [] }],
  },
  {
    name: "request body: cut short by its length, it never looks whole to the endpoint",
    rfc: "9112 8",
    word: "MUST",
    client: [request("POST", "Content-Length: 50", "hello"), { endpointGot: "hello" }, { end: true }],
    outcomes: [{ endpoint: [] }],
  },
  {
    name: "request body: cut short in chunks, it never looks whole to the endpoint",
    rfc: "9112 8",
    word: "MUST",
    client: [chunked("5\r\nhello\r\n"), { endpointGot: "hello" }, { end: true }],
    outcomes: [{ endpoint: [], endpointNever: "\r\n0\r\n" }],
  },
  {
    name: "request body: streamed on before it is whole",
    rfc: "9112 7.1",
    word: "pass",
    client: [
      chunked("5\r\nhello\r\n"),
      { endpointGot: "hello" },
      "5\r\nworld\r\n",
      { endpointGot: "world" },
      "0\r\n\r\n",
    ],
    outcomes: [{ client: [OK], endpoint: [{ body: "helloworld" }], connection: "open" }],
  },
  {
    name: "request body: one after the other on one connection, each framed otherwise",
    rfc: "9112 9.3",
    word: "MUST",
    client: [post("a"), THEN, chunked(oneChunk("b")), { responses: 2 }, get(), { responses: 3 }, post("c")],
    outcomes: [
      {
        client: [OK, OK, OK, OK],
        endpoint: [{ body: "a" }, { body: "b" }, { body: "" }, { body: "c" }],
        connection: "open",
      },
    ],
  },
];
