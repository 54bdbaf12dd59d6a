import type { ExpectedField, Probe } from "../probe.ts";
import { answer, chunked, get, OK, oneChunk } from "./shapes.ts";

type Fields = Readonly<Record<string, ExpectedField>>;

const inRequest = (name: string, lines: string, fields: Fields, word: Probe["word"] = "MUST"): Probe => ({
  name: `request: ${name}`,
  rfc: "9110 7.6.1",
  word,
  client: [get(lines)],
  outcomes: [{ client: [OK], endpoint: [{ fields }] }],
});

const inResponse = (name: string, lines: string, fields: Fields, word: Probe["word"] = "MUST"): Probe => ({
  name: `response: ${name}`,
  rfc: "9110 7.6.1",
  word,
  client: [get()],
  answers: [answer(lines)],
  outcomes: [{ client: [{ ...OK, fields }] }],
});

/** RFC 9110 section 7.6.1: what is meant for one connection ends with it. */
export const HOP_BY_HOP_PROBES: readonly Probe[] = [
  inRequest("a field that Connection names is removed", "Connection: X-A\r\nX-A: b", {
    "x-a": undefined,
  }),
  inRequest("the name in Connection is case-insensitive", "Connection: x-A\r\nX-a: b", { "x-a": undefined }),
  inRequest("a field that stands before Connection is removed", "X-A: b\r\nConnection: X-A", { "x-a": undefined }),
  inRequest("several names in one Connection", "X-A: 1\r\nX-B: 2\r\nConnection: x-a ,\tx-b", {
    "x-a": undefined,
    "x-b": undefined,
  }),
  inRequest("names in several Connection lines", "X-A: 1\r\nX-B: 2\r\nConnection: x-a\r\nConnection: x-b", {
    "x-a": undefined,
    "x-b": undefined,
  }),
  inRequest("every line of a named field is removed", "X-A: 1\r\nX-B: 2\r\nX-A: 3\r\nConnection: x-a", {
    "x-a": undefined,
    "x-b": "2",
  }),
  inRequest("a name beside keep-alive", "X-A: 1\r\nConnection: keep-alive, x-a", { "x-a": undefined }),
  inRequest("empty elements in Connection do no harm", "X-A: 1\r\nX-B: 2\r\nConnection: ,, x-a, ,", {
    "x-a": undefined,
    "x-b": "2",
  }),
  inRequest("a name is compared whole", "X-A: 1\r\nX-Ab: 2\r\nConnection: x-a", { "x-a": undefined, "x-ab": "2" }),
  inRequest("a name that no field has", "X-B: 2\r\nConnection: x-a", { "x-b": "2" }),
  {
    name: "request: Connection itself is the gateway's own",
    rfc: "9110 7.6.1",
    word: "MUST",
    client: [get("Connection: x-a")],
    outcomes: [{ client: [OK], endpointNever: "x-a" }],
  },
  inRequest("Keep-Alive is removed", "Keep-Alive: timeout=5", { "keep-alive": undefined }, "SHOULD"),
  inRequest("Proxy-Connection is removed", "Proxy-Connection: keep-alive", { "proxy-connection": undefined }, "SHOULD"),
  inRequest("TE is removed", "TE: deflate", { te: undefined }, "SHOULD"),
  inRequest("Upgrade to an unknown protocol is removed", "Connection: upgrade\r\nUpgrade: x/1", { upgrade: undefined }),
  inRequest("Upgrade that Connection does not name is removed", "Upgrade: x/1", { upgrade: undefined }, "SHOULD"),
  inRequest(
    "HTTP2-Settings is removed with the upgrade",
    "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMA",
    {
      upgrade: undefined,
      "http2-settings": undefined,
    },
  ),
  {
    name: "request: TE: trailers goes on only with the gateway's own Connection: TE",
    rfc: "9110 10.1.4",
    word: "MUST",
    client: [get("TE: trailers\r\nConnection: TE")],
    outcomes: [
      { client: [OK], endpoint: [{ fields: { te: undefined } }] },
      { client: [OK], endpoint: [{ fields: { te: "trailers", connection: /\bte\b/i } }] },
    ],
  },
  {
    name: "request: of TE, codings that the gateway does not speak are not promised",
    rfc: "9110 10.1.4",
    word: "MUST",
    client: [get("TE: gzip, trailers\r\nConnection: TE")],
    outcomes: [
      { client: [OK], endpoint: [{ fields: { te: /^(?!.*gzip)/ } }] },
      { client: [OK], endpoint: [{ fields: { te: undefined } }] },
    ],
  },
  {
    name: "request: a trailer that Connection names is removed",
    rfc: "9110 7.6.1",
    word: "MUST",
    client: [chunked(oneChunk("hi", "X-A: b\r\n"), "Connection: X-A\r\nTrailer: X-A")],
    outcomes: [{ client: [OK], endpoint: [{ body: "hi", trailers: { "x-a": undefined } }] }],
  },
  inResponse("a field that Connection names is removed", "Connection: X-A\r\nX-A: b", {
    "x-a": undefined,
    connection: undefined,
  }),
  inResponse("the name in Connection is case-insensitive", "Connection: x-A\r\nX-a: b", { "x-a": undefined }),
  inResponse("names in several Connection lines", "X-A: 1\r\nX-B: 2\r\nConnection: x-a\r\nConnection: x-b", {
    "x-a": undefined,
    "x-b": undefined,
  }),
  inResponse("a name beside close", "X-A: 1\r\nConnection: close, x-a", { "x-a": undefined }),
  inResponse("Keep-Alive is removed", "Keep-Alive: timeout=5", { "keep-alive": undefined }, "SHOULD"),
  inResponse("Proxy-Connection is removed", "Proxy-Connection: close", { "proxy-connection": undefined }, "SHOULD"),
  inResponse("Upgrade is removed", "Connection: upgrade\r\nUpgrade: h2c", { upgrade: undefined }),
  {
    name: "response: Transfer-Encoding is the gateway's own",
    rfc: "9110 7.6.1",
    word: "MUST",
    client: [get()],
    answers: [`HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n${oneChunk("ok")}`],
    outcomes: [{ client: [{ ...OK, fields: { "transfer-encoding": ["chunked"] } }], connection: "open" }],
  },
  {
    name: "response: a trailer that Connection names is removed",
    rfc: "9110 7.6.1",
    word: "MUST",
    client: [get("TE: trailers")],
    answers: [
      `HTTP/1.1 200 OK\r\nConnection: X-A\r\nTransfer-Encoding: chunked\r\n\r\n${oneChunk("ok", "X-A: b\r\n")}`,
    ],
    outcomes: [{ client: [{ ...OK, trailers: { "x-a": undefined } }], connection: "open" }],
  },
  {
    name: "request: the endpoint is told of the gateway in Via",
    rfc: "9110 7.6.3",
    word: "MUST",
    client: [get()],
    outcomes: [{ client: [OK], endpoint: [{ fields: { via: /^1\.1 \S+$/ } }] }],
  },
  {
    name: "request: Via is appended to those before",
    rfc: "9110 7.6.3",
    word: "MUST",
    client: [get("Via: 1.0 fred, 1.1 p.example.net (a, b)")],
    outcomes: [
      { client: [OK], endpoint: [{ fields: { via: /^1\.0 fred, 1\.1 p\.example\.net \(a, b\), ?1\.1 \S+$/ } }] },
    ],
  },
  {
    name: "request: Via names the version that was received",
    rfc: "9110 7.6.3",
    word: "MUST",
    client: ["GET /a HTTP/1.0\r\nHost: a.test\r\n\r\n"],
    outcomes: [{ client: [OK], endpoint: [{ fields: { via: /^1\.0 \S+$/ } }] }],
  },
  {
    name: "response: Via goes on",
    rfc: "9110 7.6.3",
    word: "MUST",
    client: [get()],
    answers: [answer("Via: 1.1 inner")],
    outcomes: [{ client: [{ ...OK, fields: { via: /^1\.1 inner(, ?1\.1 \S+)?$/ } }] }],
  },
];
