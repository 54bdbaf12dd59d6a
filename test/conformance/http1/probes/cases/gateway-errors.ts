import type { Probe } from "../probe.ts";
import { answer, bare, get, OK, post, request } from "./shapes.ts";

/** RFC 9110 sections 15.5.9 and 15.6; RFC 9112 section 9.6: what the gateway has to say itself. */
export const GATEWAY_ERROR_PROBES: readonly Probe[] = [
  {
    name: "an endpoint that is not there: 502, 503 or 504, with a framed body and a date",
    rfc: "9110 15.6.3",
    word: "MUST",
    client: [get(), { responses: 1 }, get()],
    endpointDown: true,
    outcomes: [
      { client: [{ status: [502, 503, 504], fields: { date: /GMT$/ } }, { status: [502, 503, 504] }] },
      { client: [{ status: [502, 503, 504], fields: { date: /GMT$/ } }], connection: "closed" },
    ],
  },
  {
    name: "a body for an endpoint that is not there does not become a request",
    rfc: "9112 9.3",
    word: "MUST",
    client: [post("GET / HTTP/1.1\r\nHost: a.t\r\n\r\n")],
    endpointDown: true,
    outcomes: [{ client: [{ status: [502, 503, 504] }] }],
  },
  {
    name: "a client that is refused can read the answer, though it goes on sending",
    rfc: "9112 9.6",
    word: "SHOULD",
    client: [request("POST", "Content-Length: x"), "a".repeat(300_000), "b".repeat(300_000)],
    outcomes: [{ client: [{ status: 400 }], endpoint: [], connection: "closed" }],
  },
  {
    name: "an endpoint that does not answer in time: 504",
    rfc: "9110 15.6.5",
    word: "pass",
    client: [get()],
    answers: [{ atEnd: [] }],
    impatient: true,
    outcomes: [{ client: [{ status: 504 }] }],
  },
  {
    name: "a late answer is nobody's",
    rfc: "9112 9.2",
    word: "MUST NOT",
    client: [get(), { responses: 1 }, get()],
    answers: [{ atEnd: [{ clientGot: " 504 " }, answer("", "late")] }, answer()],
    impatient: true,
    outcomes: [
      { client: [{ status: 504 }, OK], clientNever: "late" },
      { client: [{ status: 504 }], connection: "closed" },
    ],
  },
  {
    name: "an endpoint that falls silent within its answer: cut short",
    rfc: "9112 8",
    word: "MUST",
    client: [get()],
    answers: [bare("200 OK", "Content-Length: 9", "part")],
    impatient: true,
    outcomes: [{ client: [{ status: 200, body: "part", cut: true }], connection: "closed" }],
  },
  {
    name: "a head that never comes whole: 408 and close, or close",
    rfc: "9110 15.5.9",
    word: "pass",
    client: ["GET /a HTTP/1.1\r\nHost: a"],
    impatient: true,
    outcomes: [
      { client: [{ status: 408, fields: { connection: "close" } }], endpoint: [], connection: "closed" },
      { client: [], endpoint: [], connection: "closed" },
    ],
  },
  {
    name: "408 says that the connection is closed",
    rfc: "9110 15.5.9",
    word: "SHOULD",
    client: ["GET /a HTTP/1.1\r\nHost: a"],
    impatient: true,
    outcomes: [{ client: [{ status: 408, fields: { connection: "close" } }], connection: "closed" }],
  },
  {
    name: "a body that never comes whole never looks whole to the endpoint",
    rfc: "9112 8",
    word: "MUST",
    client: [request("POST", "Content-Length: 50", "hello")],
    impatient: true,
    outcomes: [{ client: [{ status: [400, 408, 504] }], endpoint: [], connection: "closed" }],
  },
  {
    name: "a client that says nothing is closed without an answer to no question",
    rfc: "9112 9.5",
    word: "pass",
    client: [get(), { responses: 1 }],
    impatient: true,
    outcomes: [{ client: [OK], connection: "closed" }],
  },
];
