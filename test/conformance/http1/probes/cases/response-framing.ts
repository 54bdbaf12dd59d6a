import type { EndpointStep, ExpectedResponse, Probe } from "../probe.ts";
import { answer, bare, get, OK, oneChunk, THEN } from "./shapes.ts";

const BIG = "0123456789abcdef".repeat(12_500);
const ALL_OCTETS = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join("");
const OLD_GET = "GET /a HTTP/1.0\r\nHost: a.test\r\n\r\n";
const CHUNKED = bare("200 OK", "Transfer-Encoding: chunked");

/** Goes on whole, and the client's connection can be used again. */
const whole = (name: string, steps: readonly EndpointStep[], expected: Partial<ExpectedResponse> = {}): Probe => ({
  name: `response body: ${name}`,
  rfc: "9112 6.3",
  word: "MUST",
  client: [get(), THEN, get()],
  answers: [{ atEnd: steps }, answer()],
  outcomes: [{ client: [{ ...OK, ...expected }, OK], connection: "open" }],
});

/** Goes on whole; whether another request can follow is the gateway's to choose. */
const last = (name: string, steps: readonly EndpointStep[], expected: Partial<ExpectedResponse> = {}): Probe => ({
  ...whole(name, steps, expected),
  client: [get()],
  outcomes: [{ client: [{ ...OK, ...expected }] }],
});

/** The client must see that something is missing. */
const cut = (name: string, steps: readonly EndpointStep[], body: string, client = get()): Probe => ({
  name: `response body: ${name}, is seen as cut short`,
  rfc: "9112 8",
  word: "MUST",
  client: [client],
  answers: [{ atEnd: steps }],
  outcomes: [
    { client: [{ status: 200, body, cut: true }], connection: "closed" },
    { client: [{ status: 200, cut: true }], connection: "closed" },
    { client: [{ status: 502 }] },
  ],
});

/** To a client of HTTP/1.0, which knows no chunks. */
const toOld = (name: string, steps: readonly EndpointStep[], expected: Partial<ExpectedResponse> = {}): Probe => ({
  name: `response body: ${name}, to a client of HTTP/1.0`,
  rfc: "9112 6.1",
  word: "MUST NOT",
  client: [OLD_GET],
  answers: [{ atEnd: steps }],
  outcomes: [{ client: [{ ...OK, fields: { "transfer-encoding": undefined }, ...expected }], connection: "closed" }],
});

const END: EndpointStep = { end: true };
const RESET: EndpointStep = { reset: true };
const at = (text: string): EndpointStep => ({ clientGot: text });

/** RFC 9112 sections 6 to 8, of responses. */
export const RESPONSE_FRAMING_PROBES: readonly Probe[] = [
  whole("framed by its length", [answer()], { fields: { "content-length": "2", "transfer-encoding": undefined } }),
  whole("every octet there is", [answer("", ALL_OCTETS)], { body: ALL_OCTETS }),
  whole("200 kB", [answer("", BIG)], { body: BIG }),
  whole("in several writes", [bare("200 OK", "Content-Length: 10"), "hello", "world"], { body: "helloworld" }),
  whole("a head in several writes", ["HTTP/1.1 2", "00 OK\r", "\nContent-Le", "ngth: 2\r\n\r", "\nok"]),
  whole("in chunks", [`${CHUNKED}5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n`], { body: "hello world" }),
  whole("in chunks, every octet there is", [CHUNKED + oneChunk(ALL_OCTETS)], { body: ALL_OCTETS }),
  whole("in one chunk of 200 kB", [CHUNKED + oneChunk(BIG)], { body: BIG }),
  whole("in chunks, and empty", [`${CHUNKED}0\r\n\r\n`], { body: "" }),
  whole("in chunks, piece by piece", [CHUNKED, "2", "\r", "\no", "k", "\r\n", "0\r\n", "\r\n"]),
  whole("in chunks, with extensions that are not known", [`${CHUNKED}2;a="b;c"\r\nok\r\n0;d\r\n\r\n`]),
  whole("in chunks, with sizes in capitals and leading zeros", [`${CHUNKED}000A\r\n0123456789\r\n000\r\n\r\n`], {
    body: "0123456789",
  }),
  last("until the connection's end", [bare("200 OK", "", "ok"), END]),
  last("until the connection's end, and empty", [bare("200 OK"), END], { body: "" }),
  last("of HTTP/1.0, until the connection's end", ["HTTP/1.0 200 OK\r\n\r\nok", END], { line: "HTTP/1.1 200 OK" }),
  last("of HTTP/1.0, framed by its length", ["HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", END], {
    line: "HTTP/1.1 200 OK",
  }),
  {
    ...whole("until the endpoint's end, and the client's connection stays open", [bare("200 OK", "", "ok"), END]),
    word: "pass",
  },
  whole("before Connection: close", [answer("Connection: close"), END]),
  {
    name: "response body: trailers never become fields",
    rfc: "9110 6.5.1",
    word: "MUST NOT",
    client: [get("TE: trailers\r\nConnection: TE")],
    answers: [bare("200 OK", "Trailer: X-Sum\r\nTransfer-Encoding: chunked", oneChunk("ok", "X-Sum: 7\r\n"))],
    outcomes: [{ client: [{ ...OK, fields: { "x-sum": undefined } }], connection: "open" }],
  },
  {
    name: "response body: trailers reach a client that says that it takes them",
    rfc: "9110 6.5.1",
    word: "pass",
    client: [get("TE: trailers\r\nConnection: TE")],
    answers: [bare("200 OK", "Trailer: X-Sum\r\nTransfer-Encoding: chunked", oneChunk("ok", "X-Sum: 7\r\n"))],
    outcomes: [{ client: [{ ...OK, trailers: { "x-sum": "7" } }], connection: "open" }],
  },
  {
    name: "response body: what there is goes on at once",
    rfc: "9112 7.1",
    word: "pass",
    client: [get()],
    answers: [{ atEnd: [`${CHUNKED}5\r\nhello\r\n`, at("hello"), "5\r\nworld\r\n", at("world"), "0\r\n\r\n"] }],
    outcomes: [{ client: [{ status: 200, body: "helloworld" }], connection: "open" }],
  },
  cut("ended before its length", [bare("200 OK", "Content-Length: 50", "hello"), at("hello"), END], "hello"),
  cut("reset before its length", [bare("200 OK", "Content-Length: 50", "hello"), at("hello"), RESET], "hello"),
  cut("ended behind its head", [bare("200 OK", "Content-Length: 50"), END], ""),
  cut("ended without the last chunk", [`${CHUNKED}5\r\nhello\r\n`, at("hello"), END], "hello"),
  cut("reset without the last chunk", [`${CHUNKED}5\r\nhello\r\n`, at("hello"), RESET], "hello"),
  cut("ended inside a chunk", [`${CHUNKED}ff\r\nhello`, at("hello"), END], "hello"),
  cut("ended inside a chunk's size", [`${CHUNKED}5\r\nhello\r\n1`, at("hello"), END], "hello"),
  cut("ended inside the trailers", [`${CHUNKED}5\r\nhello\r\n0\r\nX-A: b`, at("hello"), END], "hello"),
  cut("ended before the last CRLF", [`${CHUNKED}5\r\nhello\r\n0\r\n`, at("hello"), END], "hello"),
  {
    ...cut("reset though it goes until the end", [bare("200 OK", "", "hello"), at("hello"), RESET], "hello"),
    needsTcp: true,
  },
  cut(
    "ended before its length, to HTTP/1.0",
    [bare("200 OK", "Content-Length: 50", "hello"), at("hello"), END],
    "hello",
    OLD_GET,
  ),
  cut("ended without the last chunk, to HTTP/1.0", [`${CHUNKED}5\r\nhello\r\n`, at("hello"), END], "hello", OLD_GET),
  toOld("in chunks", [CHUNKED + oneChunk("ok")]),
  toOld("in chunks with trailers", [CHUNKED + oneChunk("ok", "X-A: b\r\n")], { trailers: { "x-a": undefined } }),
  toOld("in many chunks", [`${CHUNKED}1\r\no\r\n`, "1\r\nk\r\n", "0\r\n\r\n"]),
  toOld("until the connection's end", [bare("200 OK", "", "ok"), END]),
  toOld("framed by its length", [answer()], { fields: { "content-length": "2" } }),
];
