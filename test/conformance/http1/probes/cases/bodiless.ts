import type { Probe } from "../probe.ts";
import { answer, bare, get, OK, request, THEN } from "./shapes.ts";

const HEAD = request("HEAD");
const NEXT = get("", "/next");
const AND_NEXT = { status: 200, body: "ok" } as const;

/** Sends HEAD, then a GET on the same connection. */
const head = (name: string, rfc: string, word: Probe["word"], sent: string, fields = {}): Probe => ({
  name: `HEAD: ${name}`,
  rfc,
  word,
  client: [HEAD, THEN, NEXT],
  answers: [sent, answer()],
  outcomes: [
    {
      client: [{ status: 200, toHead: true, body: "", fields }, AND_NEXT],
      endpoint: [{ line: "HEAD /a HTTP/1.1" }, {}],
      connection: "open",
    },
  ],
});

/** Sends a GET that is answered without a body, then another one on the same connection. */
const status = (name: string, rfc: string, word: Probe["word"], code: number, sent: string, fields = {}): Probe => ({
  name,
  rfc,
  word,
  client: [get(), THEN, NEXT],
  answers: [sent, answer()],
  outcomes: [{ client: [{ status: code, body: "", fields }, AND_NEXT], connection: "open" }],
});

/** RFC 9112 section 6.3, rule 1; RFC 9110 sections 8.6, 9.3.2, 15.3.5, 15.3.6, 15.4.5. */
export const BODILESS_PROBES: readonly Probe[] = [
  head("Content-Length goes on, and nothing is waited for", "9112 6.3", "MUST", bare("200 OK", "Content-Length: 5"), {
    "content-length": "5",
  }),
  head("an answer without framing fields is complete", "9112 6.3", "MUST", bare("200 OK", "X-A: b"), { "x-a": "b" }),
  head("a chunked answer has no chunks", "9112 6.3", "MUST", bare("200 OK", "Transfer-Encoding: chunked")),
  head("Content-Length: 0", "9110 8.6", "pass", bare("200 OK", "Content-Length: 0")),
  {
    name: "HEAD: a body that the endpoint sends all the same is no response",
    rfc: "9112 6.3",
    word: "MUST NOT",
    client: [HEAD, THEN, NEXT],
    answers: [bare("200 OK", "Content-Length: 6", "secret"), answer()],
    outcomes: [{ client: [{ status: 200, toHead: true, body: "" }, AND_NEXT], clientNever: "secret" }],
  },
  {
    name: "HEAD: an error of the gateway's own has no body either",
    rfc: "9110 9.3.2",
    word: "MUST NOT",
    client: [HEAD],
    endpointDown: true,
    outcomes: [{ client: [{ status: [502, 503, 504], toHead: true, body: "" }], clientNever: "\r\n\r\n{" }],
  },
  {
    name: "HEAD: 304 and 404 are bodiless too",
    rfc: "9112 6.3",
    word: "MUST",
    client: [HEAD, THEN, HEAD, { responses: 2 }, NEXT],
    answers: [bare("304 Not Modified", "Content-Length: 7"), bare("404 Not Found", "Content-Length: 7"), answer()],
    outcomes: [
      { client: [{ status: 304, toHead: true }, { status: 404, toHead: true }, AND_NEXT], connection: "open" },
    ],
  },
  status(
    "304 with Content-Length",
    "9112 6.3",
    "MUST",
    304,
    bare("304 Not Modified", 'Content-Length: 5\r\nETag: "a"'),
    {
      etag: '"a"',
    },
  ),
  status("304 without framing fields is complete", "9112 6.3", "MUST", 304, bare("304 Not Modified", "Vary: a"), {
    vary: "a",
  }),
  status(
    "304 with Transfer-Encoding has no chunks",
    "9112 6.3",
    "MUST",
    304,
    bare("304 Not Modified", "Transfer-Encoding: chunked"),
  ),
  {
    name: "304: a body that the endpoint sends all the same is no response",
    rfc: "9112 6.3",
    word: "MUST NOT",
    client: [get(), THEN, NEXT],
    answers: [bare("304 Not Modified", "Content-Length: 6", "secret"), answer()],
    outcomes: [{ client: [{ status: 304, body: "" }, AND_NEXT], clientNever: "secret" }],
  },
  status("204 without framing fields is complete", "9112 6.3", "MUST", 204, bare("204 No Content", "X-A: b"), {
    "x-a": "b",
    "transfer-encoding": undefined,
  }),
  status(
    "204: Content-Length is not passed on",
    "9110 8.6",
    "MUST NOT",
    204,
    bare("204 No Content", "Content-Length: 0"),
    {
      "content-length": undefined,
    },
  ),
  {
    name: "204: Transfer-Encoding is not passed on",
    rfc: "9112 6.1",
    word: "MUST NOT",
    client: [get(), THEN, NEXT],
    answers: [bare("204 No Content", "Transfer-Encoding: chunked", "0\r\n\r\n"), answer()],
    outcomes: [
      { client: [{ status: 204, fields: { "transfer-encoding": undefined } }, AND_NEXT] },
      { client: [{ status: 502 }, AND_NEXT] },
    ],
  },
  {
    name: "204: a body that the endpoint sends all the same is no response",
    rfc: "9112 6.3",
    word: "MUST NOT",
    client: [get(), THEN, NEXT],
    answers: [bare("204 No Content", "", "secret"), answer()],
    outcomes: [{ client: [{ status: 204, body: "" }, AND_NEXT], clientNever: "secret" }],
  },
  status(
    "205 with Content-Length: 0 goes on",
    "9110 15.3.6",
    "pass",
    205,
    bare("205 Reset Content", "Content-Length: 0"),
  ),
  status("an empty 200 goes on", "9110 8.6", "pass", 200, bare("200 OK", "Content-Length: 0"), {
    "content-length": "0",
  }),
  {
    name: "the answer behind a 204 is not taken for its body",
    rfc: "9112 6.3",
    word: "MUST",
    client: [get() + NEXT],
    answers: [bare("204 No Content"), answer()],
    outcomes: [{ client: [{ status: 204, body: "" }, OK], connection: "open" }],
  },
];
