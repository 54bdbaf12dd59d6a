import type { ExpectedResponse, Probe } from "../probe.ts";
import { answer, bare, get, OK } from "./shapes.ts";

const passes = (name: string, interim: string, expected: Omit<ExpectedResponse, "status">): Probe => ({
  name,
  rfc: "9110 15.2",
  word: "MUST",
  client: [get()],
  answers: [interim + answer()],
  outcomes: [{ client: [{ ...OK, ...expected }], connection: "open" }],
});

/** RFC 9110 section 15.2. */
export const INFORMATIONAL_PROBES: readonly Probe[] = [
  passes("103 goes on, with its fields", bare("103 Early Hints", "Link: </a>; rel=preload"), {
    interim: [103],
    interimFields: { link: "</a>; rel=preload" },
  }),
  passes("102 goes on", bare("102 Processing"), { interim: [102] }),
  passes("an unknown 1xx goes on", bare("199 Whatever"), { interim: [199] }),
  passes("several 1xx go on, in order", bare("102 Processing") + bare("103 Early Hints") + bare("103 Early Hints"), {
    interim: [102, 103, 103],
  }),
  passes("100 that nobody asked for does no harm", bare("100 Continue"), {}),
  passes("Content-Length is taken off a 1xx", bare("103 Early Hints", "Content-Length: 5"), {
    interimFields: { "content-length": undefined },
  }),
  passes("what Connection names is taken off a 1xx", bare("103 Early Hints", "Connection: x-a\r\nX-A: b"), {
    interimFields: { "x-a": undefined, connection: undefined },
  }),
  {
    name: "a 1xx reaches the client before the final response is there",
    rfc: "9110 15.2",
    word: "MUST",
    client: [get()],
    answers: [{ atEnd: [bare("103 Early Hints"), { clientGot: "103 Early Hints" }, answer()] }],
    outcomes: [{ client: [{ ...OK, interim: [103] }], connection: "open" }],
  },
  {
    name: "no 1xx is sent to a client of HTTP/1.0",
    rfc: "9110 15.2",
    word: "MUST NOT",
    client: ["GET /a HTTP/1.0\r\nHost: a.test\r\n\r\n"],
    answers: [bare("100 Continue") + bare("103 Early Hints") + answer()],
    outcomes: [{ client: [{ ...OK, interim: [] }] }],
  },
  {
    name: "a 1xx in front of the answer to HEAD",
    rfc: "9110 15.2",
    word: "MUST",
    client: ["HEAD /a HTTP/1.1\r\nHost: a.test\r\n\r\n"],
    answers: [`${bare("103 Early Hints")}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n`],
    outcomes: [{ client: [{ status: 200, toHead: true, interim: [103] }], connection: "open" }],
  },
  {
    name: "a 1xx and nothing behind it is no answer",
    rfc: "9110 15.6.3",
    word: "MUST",
    client: ["POST /a HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n\r\n"],
    answers: [{ atEnd: [bare("103 Early Hints"), { end: true }] }],
    outcomes: [{ client: [{ status: 502 }] }],
  },
  {
    name: "101 that nobody asked for is not passed on",
    rfc: "9110 15.2.2",
    word: "MUST NOT",
    client: [get()],
    answers: [bare("101 Switching Protocols", "Connection: upgrade\r\nUpgrade: x/1")],
    outcomes: [{ client: [{ status: 502 }] }],
  },
];
