import type { Probe } from "../probe.ts";
import { answer, bare, chunked, get, OK, oneChunk, post, request } from "./shapes.ts";

const A = get();
const B = get("", "/b");
const first = answer("", "first");
const second = answer("", "second");
const FIRST = { status: 200, body: "first" } as const;
const SECOND = { status: 200, body: "second" } as const;

/** RFC 9112 section 9.3.2. */
export const PIPELINING_PROBES: readonly Probe[] = [
  {
    name: "pipelined requests are answered in order",
    rfc: "9112 9.3.2",
    word: "MUST",
    client: [A + B],
    answers: [first, second],
    outcomes: [
      {
        client: [FIRST, SECOND],
        endpoint: [{ line: "GET /a HTTP/1.1" }, { line: "GET /b HTTP/1.1" }],
        connection: "open",
      },
    ],
  },
  {
    name: "ten pipelined requests are answered in order",
    rfc: "9112 9.3.2",
    word: "MUST",
    client: [Array.from({ length: 10 }, (_, i) => get("", `/${i}`)).join("")],
    answers: Array.from({ length: 10 }, (_, i) => answer("", String(i))),
    outcomes: [
      { client: Array.from({ length: 10 }, (_, i) => ({ status: 200, body: String(i) })), connection: "open" },
    ],
  },
  {
    name: "a slow answer is not overtaken",
    rfc: "9112 9.3.2",
    word: "MUST",
    client: [A + B],
    answers: [{ atEnd: ["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", "\r\nfi", "rst"] }, second],
    outcomes: [{ client: [FIRST, SECOND], connection: "open" }],
  },
  {
    name: "a request behind a body, in one write",
    rfc: "9112 9.3.2",
    word: "MUST",
    client: [post("hello") + chunked(oneChunk("hi")) + B],
    outcomes: [
      { client: [OK, OK, OK], endpoint: [{ body: "hello" }, { body: "hi" }, { body: "" }], connection: "open" },
    ],
  },
  {
    name: "a pipelined HEAD has no body, and the next answer is its own",
    rfc: "9112 9.3.2",
    word: "MUST",
    client: [request("HEAD") + B],
    answers: [bare("200 OK", "Content-Length: 5"), second],
    outcomes: [{ client: [{ status: 200, toHead: true }, SECOND], connection: "open" }],
  },
  {
    name: "behind a pipelined answer until the endpoint's end comes the next",
    rfc: "9112 9.3.2",
    word: "MUST",
    client: [A + B],
    answers: [{ atEnd: [bare("200 OK", "", "first"), { end: true }] }, second],
    outcomes: [{ client: [FIRST, SECOND], connection: "open" }],
  },
  {
    name: "a bad request behind a good one is refused after its answer",
    rfc: "9112 9.3.2",
    word: "MUST",
    client: [`${A}GET /b HTTP/1.1\r\n\r\n`],
    answers: [first],
    outcomes: [{ client: [FIRST, { status: 400 }], endpoint: [{}] }],
  },
  {
    name: "a request behind a bad one is not served",
    rfc: "9112 9.3.2",
    word: "SHOULD",
    client: [`${request("POST", "Content-Length: x")}${B}`],
    outcomes: [{ client: [{ status: 400 }], endpoint: [], connection: "closed" }],
  },
  {
    name: "a pipelined request is served though the first got no answer",
    rfc: "9112 9.3.2",
    word: "pass",
    client: [request("POST", "Content-Length: 0") + B],
    answers: [{ atEnd: [{ end: true }] }, second],
    outcomes: [{ client: [{ status: 502 }, SECOND] }, { client: [{ status: 502 }], connection: "closed" }],
  },
  {
    name: "a client that ends its side after its requests gets the answers",
    rfc: "9112 9.6",
    word: "pass",
    client: [A + B, { end: true }],
    answers: [first, second],
    outcomes: [{ client: [FIRST, SECOND], connection: "closed" }],
  },
  {
    name: "empty lines between pipelined requests are skipped",
    rfc: "9112 2.2",
    word: "SHOULD",
    client: [`${A}\r\n${B}`],
    answers: [first, second],
    outcomes: [{ client: [FIRST, SECOND], connection: "open" }],
  },
];
