import type { Answer, Probe } from "../probe.ts";
import { answer, bare, get, OK, oneChunk, post, request, THEN } from "./shapes.ts";

const A = get();
const B = get("", "/b");
const OLD = (lines: string): string => `GET /a HTTP/1.0\r\nHost: a.test\r\n${lines}\r\n`;

/** Two requests, one after the other; how many connections the endpoint sees tells whether the first was used again. */
const reuse = (name: string, word: Probe["word"], first: string | Answer, connections: number): Probe => ({
  name: `the endpoint's connection ${name}`,
  rfc: "9112 9.3",
  word,
  client: [A, THEN, B],
  answers: [first, answer()],
  outcomes: [{ client: [{ status: [200, 204, 304] }, OK], endpointConnections: connections }],
});

const closes = (name: string, lines: string): Probe => ({
  name: `the client's connection is closed after ${name}`,
  rfc: "9112 9.6",
  word: "MUST",
  client: [get(lines)],
  outcomes: [{ client: [OK], connection: "closed" }],
});

/** Sends a request that is reset by the endpoint without a word. */
const retry = (method: string, again: "MAY" | "MUST NOT"): Probe => ({
  name: `${method} that got no answer is ${again === "MAY" ? "tried again, or answered 502" : "not tried again"}`,
  rfc: "9110 9.2.2",
  word: again === "MAY" ? "pass" : "MUST NOT",
  client: [request(method, "Content-Length: 0")],
  answers: [{ atEnd: [{ reset: true }] }, answer()],
  outcomes: [
    { client: [{ status: 502 }], endpoint: [{}] },
    ...(again === "MAY" ? [{ client: [{ status: [200, 502] }] }] : []),
  ],
});

/** RFC 9112 section 9. */
export const PERSISTENCE_PROBES: readonly Probe[] = [
  {
    name: "the client's connection stays open in HTTP/1.1",
    rfc: "9112 9.3",
    word: "SHOULD",
    client: [A],
    outcomes: [{ client: [OK], connection: "open" }],
  },
  closes("Connection: close", "Connection: close"),
  closes("Connection: CLOSE", "Connection: CLOSE"),
  closes("close among other options", "Connection: x-a, close ,x-b"),
  closes("close in a second Connection line", "Connection: x-a\r\nConnection: close"),
  closes("close beside keep-alive", "Connection: keep-alive, close"),
  {
    name: "close inside another option's name means nothing",
    rfc: "9110 7.6.1",
    word: "pass",
    client: [get("Connection: closed, x-close")],
    outcomes: [{ client: [OK], connection: "open" }],
  },
  {
    name: "an answer before the close says so",
    rfc: "9112 9.6",
    word: "SHOULD",
    client: [get("Connection: close")],
    outcomes: [{ client: [{ ...OK, fields: { connection: "close" } }], connection: "closed" }],
  },
  {
    name: "an answer before an open end does not say close",
    rfc: "9112 9.3",
    word: "pass",
    client: [A],
    outcomes: [
      { client: [{ ...OK, fields: { connection: /^keep-alive$/i } }] },
      { client: [{ ...OK, fields: { connection: undefined } }] },
    ],
  },
  {
    name: "a request behind close is not served",
    rfc: "9112 9.6",
    word: "MUST NOT",
    client: [get("Connection: close") + B],
    outcomes: [{ client: [OK], endpoint: [{ line: "GET /a HTTP/1.1" }], connection: "closed" }],
  },
  {
    name: "the client's close is not the endpoint's",
    rfc: "9110 7.6.1",
    word: "MUST",
    client: [get("Connection: close, X-A\r\nX-A: b")],
    outcomes: [{ client: [OK], endpoint: [{ fields: { "x-a": undefined } }] }],
  },
  {
    name: "the endpoint's close is not the client's",
    rfc: "9112 9.3",
    word: "pass",
    client: [A, THEN, B],
    answers: [{ atEnd: [answer("Connection: close"), { end: true }] }, answer()],
    outcomes: [{ client: [OK, OK], connection: "open" }],
  },
  {
    name: "HTTP/1.0 closes by default",
    rfc: "9112 9.3",
    word: "MUST",
    client: [OLD("")],
    outcomes: [{ client: [OK], connection: "closed" }],
  },
  {
    name: "a request behind one of HTTP/1.0 is not served",
    rfc: "9112 9.3",
    word: "MUST NOT",
    client: [OLD("") + B],
    outcomes: [{ client: [OK], endpoint: [{}], connection: "closed" }],
  },
  {
    name: "HTTP/1.0 with keep-alive is told so, or closed",
    rfc: "9112 C.2.2",
    word: "MUST",
    client: [OLD("Connection: keep-alive\r\n")],
    outcomes: [
      { client: [{ ...OK, fields: { connection: /^keep-alive$/i } }], connection: "open" },
      { client: [OK], connection: "closed" },
    ],
  },
  {
    name: "HTTP/1.0 with keep-alive and close is closed",
    rfc: "9112 9.3",
    word: "MUST",
    client: [OLD("Connection: keep-alive, close\r\n")],
    outcomes: [{ client: [OK], connection: "closed" }],
  },
  {
    name: "HTTP/1.0 with Proxy-Connection: keep-alive is closed",
    rfc: "9112 C.2.2",
    word: "SHOULD NOT",
    client: [OLD("Proxy-Connection: keep-alive\r\n")],
    outcomes: [{ client: [OK], connection: "closed" }],
  },
  {
    name: "HTTP/1.0 with keep-alive: an answer without a length is ended by closing",
    rfc: "9112 6.3",
    word: "MUST",
    client: [OLD("Connection: keep-alive\r\n")],
    answers: [bare("200 OK", "Transfer-Encoding: chunked", oneChunk("ok"))],
    outcomes: [
      { client: [{ ...OK, fields: { "transfer-encoding": undefined } }], connection: "closed" },
      { client: [{ ...OK, fields: { "content-length": "2" } }] },
    ],
  },
  reuse("is used again after a length", "pass", answer(), 1),
  reuse("is used again after chunks", "pass", bare("200 OK", "Transfer-Encoding: chunked", oneChunk("ok")), 1),
  reuse("is used again after 204", "pass", bare("204 No Content"), 1),
  reuse("is used again after 304", "pass", bare("304 Not Modified", "Content-Length: 7"), 1),
  reuse("is used again after a 1xx", "pass", bare("103 Early Hints") + answer(), 1),
  reuse("is not used again after Connection: close", "MUST NOT", answer("Connection: close"), 2),
  reuse("is not used again after close among other options", "MUST NOT", answer("Connection: x, CLOSE"), 2),
  reuse("is not used again after HTTP/1.0", "MUST NOT", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 2),
  {
    ...reuse(
      "is not used again after HTTP/1.0 with close beside keep-alive",
      "MUST NOT",
      "HTTP/1.0 200 OK\r\nConnection: keep-alive, close\r\nContent-Length: 2\r\n\r\nok",
      2,
    ),
  },
  reuse(
    "is not used again after a body until its end",
    "MUST NOT",
    { atEnd: [bare("200 OK", "", "ok"), { end: true }] },
    2,
  ),
  reuse("is not used again when octets come behind the answer", "MUST NOT", `${answer()}x`, 2),
  {
    name: "the endpoint's connection is not used again before the request has been read whole",
    rfc: "9112 9.3",
    word: "MUST NOT",
    client: [request("POST", "Content-Length: 10", "hello"), THEN, "world", B],
    answers: [{ atHead: [answer("", "no", "400 Bad Request")] }, answer()],
    outcomes: [
      { client: [{ status: 400, body: "no" }], connection: "closed" },
      { client: [{ status: 400, body: "no" }, OK] },
    ],
  },
  {
    name: "an idle connection that the endpoint closes does no harm to the next request",
    rfc: "9112 9.3.1",
    word: "SHOULD",
    client: [A, THEN, "", B],
    answers: [{ atEnd: [answer(), { end: true }] }, answer()],
    outcomes: [{ client: [OK, OK], connection: "open" }],
  },
  retry("GET", "MAY"),
  retry("PUT", "MAY"),
  retry("DELETE", "MAY"),
  retry("POST", "MUST NOT"),
  retry("PATCH", "MUST NOT"),
  retry("PURGE", "MUST NOT"),
  {
    name: "POST on a used connection that got no answer is not tried again",
    rfc: "9110 9.2.2",
    word: "MUST NOT",
    client: [A, THEN, post("hello")],
    answers: [answer(), { atEnd: [{ reset: true }] }, answer()],
    outcomes: [{ client: [OK, { status: 502 }], endpoint: [{}, { line: "POST /a HTTP/1.1" }] }],
    exception: "a used connection that ends without a word was most likely closed for idleness, as the request came",
  },
  {
    name: "a response that has begun is not tried again",
    rfc: "9110 9.2.2",
    word: "MUST NOT",
    client: [A],
    answers: [
      { atEnd: [bare("200 OK", "Content-Length: 9", "part"), { clientGot: "part" }, { reset: true }] },
      answer(),
    ],
    outcomes: [{ client: [{ status: 200, cut: true }], endpoint: [{}] }],
  },
];
