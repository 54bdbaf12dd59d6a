import type { Probe } from "../probe.ts";
import { answer, OK, oneChunk, post, request, turnedDown } from "./shapes.ts";

const HEAD = request("POST", "Expect: 100-continue\r\nContent-Length: 5");
const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
const ASKING = { atHead: [CONTINUE], atEnd: [answer()] };

/** RFC 9110 section 10.1.1: who asks before sending the content. */
export const EXPECT_PROBES: readonly Probe[] = [
  {
    name: "a client that waits for 100 gets one, and its content goes on",
    rfc: "9110 10.1.1",
    word: "MUST",
    client: [HEAD, { reads: "100 Continue" }, "hello"],
    answers: [ASKING],
    outcomes: [{ client: [{ ...OK, interim: [100] }], endpoint: [{ body: "hello" }], connection: "open" }],
  },
  {
    name: "the expectation goes on to the endpoint",
    rfc: "9110 10.1.1",
    word: "pass",
    client: [HEAD, { reads: "100 Continue" }, "hello"],
    answers: [ASKING],
    outcomes: [{ client: [OK], endpoint: [{ fields: { expect: "100-continue" } }] }],
  },
  {
    name: "100 is not made up before the endpoint has said so",
    rfc: "9110 10.1.1",
    word: "pass",
    client: [HEAD, { responses: 1 }],
    answers: [{ atHead: [answer("", "no", "413 Too Large")] }],
    outcomes: [{ client: [{ status: 413, body: "no", interim: [] }] }],
  },
  {
    name: "an expectation in a chunked request",
    rfc: "9110 10.1.1",
    word: "MUST",
    client: [
      request("PUT", "Expect: 100-continue\r\nTransfer-Encoding: chunked"),
      { reads: "100 Continue" },
      oneChunk("hello"),
    ],
    answers: [ASKING],
    outcomes: [{ client: [{ ...OK, interim: [100] }], endpoint: [{ body: "hello" }], connection: "open" }],
  },
  {
    name: "the value of Expect is case-insensitive",
    rfc: "9110 10.1.1",
    word: "MUST",
    client: [request("POST", "Expect: 100-Continue\r\nContent-Length: 5"), { reads: "100 Continue" }, "hello"],
    answers: [ASKING],
    outcomes: [{ client: [OK], endpoint: [{ body: "hello" }], connection: "open" }],
  },
  {
    name: "a client that does not wait is served all the same",
    rfc: "9110 10.1.1",
    word: "MUST",
    client: [post("hello", "Expect: 100-continue")],
    answers: [ASKING],
    outcomes: [{ client: [OK], endpoint: [{ body: "hello" }], connection: "open" }],
  },
  {
    name: "an endpoint that never says 100 gets the content that comes anyway",
    rfc: "9110 10.1.1",
    word: "MUST",
    client: [HEAD, "hello"],
    outcomes: [{ client: [OK], endpoint: [{ body: "hello" }], connection: "open" }],
  },
  {
    name: "a final answer instead of 100 reaches the client, and what follows is no request",
    rfc: "9110 10.1.1",
    word: "MUST",
    client: [HEAD, { responses: 1 }, "GET /"],
    answers: [{ atHead: [answer("", "no", "403 Forbidden")] }],
    outcomes: [{ client: [{ status: 403, body: "no" }], connection: "closed" }],
  },
  {
    name: "of a client of HTTP/1.0 the expectation is ignored",
    rfc: "9110 10.1.1",
    word: "MUST",
    client: ["POST /a HTTP/1.0\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello"],
    answers: [ASKING],
    outcomes: [{ client: [{ ...OK, interim: [] }], endpoint: [{ body: "hello" }] }],
  },
  {
    name: "an expectation that is not known",
    rfc: "9110 10.1.1",
    word: "pass",
    client: [post("hello", "Expect: a-miracle")],
    outcomes: [turnedDown(417), { client: [OK], endpoint: [{ fields: { expect: "a-miracle" } }] }],
  },
  {
    name: "417 of the endpoint goes on",
    rfc: "9110 15.5.18",
    word: "pass",
    client: [HEAD, { responses: 1 }],
    answers: [{ atHead: [answer("", "no", "417 Expectation Failed")] }],
    outcomes: [{ client: [{ status: 417, body: "no" }] }],
  },
];
