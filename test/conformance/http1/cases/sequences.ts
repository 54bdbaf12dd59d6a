import { accepted, chunked, post, SMUGGLED, type SmugglingCase } from "../case.ts";

const A = "GET /a HTTP/1.1\r\nHost: a.test\r\n\r\n";
const B = "GET /b HTTP/1.1\r\nHost: a.test\r\n\r\n";

/** Several messages on one connection, and messages in several pieces. */
export const SEQUENCE_CASES: readonly SmugglingCase[] = [
  accepted(
    "a request in the body of a GET",
    `GET /a HTTP/1.1\r\nHost: a.test\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
    {
      line: "GET /a",
      body: SMUGGLED,
    },
  ),
  accepted(
    "a request in the chunked body of a DELETE",
    `DELETE /a HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n${SMUGGLED.length.toString(16)}\r\n${SMUGGLED}\r\n0\r\n\r\n`,
    {
      line: "DELETE /a",
      body: SMUGGLED,
    },
  ),
  accepted(
    "a request in the body of an OPTIONS",
    `OPTIONS /a HTTP/1.1\r\nHost: a.test\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
    {
      line: "OPTIONS /a",
      body: SMUGGLED,
    },
  ),
  accepted("two requests in one write", A + B, { line: "GET /a" }, { line: "GET /b" }),
  accepted(
    "two requests with bodies in one write",
    post("Content-Length: 2", "hi") + chunked("2\r\nho\r\n0\r\n\r\n"),
    {
      line: "POST /a",
      body: "hi",
    },
    { line: "POST /a", body: "ho" },
  ),
  accepted("empty lines between requests", `\r\n${A}\r\n\r\n${B}`, { line: "GET /a" }, { line: "GET /b" }),
  accepted(
    "an empty line in two pieces, behind a request",
    [`${A}\r`, `\n${B}`],
    { line: "GET /a" },
    { line: "GET /b" },
  ),
  accepted("an empty line in two pieces, behind another", ["\r\n\r", `\n${A}`], { line: "GET /a" }),
  accepted("a request octet by octet", post("Content-Length: 2", "hi").split(""), { line: "POST /a", body: "hi" }),
  accepted("a chunked request octet by octet", chunked("2;x=1\r\nhi\r\n0\r\nX: y\r\n\r\n").split(""), {
    line: "POST /a",
    body: "hi",
  }),
  {
    name: "a good request, then a bad one",
    send: `${A}${post("Content-Length: 5\r\nTransfer-Encoding: chunked", SMUGGLED)}`,
    statuses: [200, 400],
    reaches: [{ line: "GET /a" }],
    closes: true,
  },
  {
    name: "a bad request, then a good one",
    send: `${post("Content-Length: +5", "hello")}${A}`,
    statuses: [400],
    closes: true,
  },
  {
    name: "a request behind Connection: close",
    send: `GET /a HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n${B}`,
    statuses: [200],
    reaches: [{ line: "GET /a" }],
    closes: true,
  },
  {
    name: "a request behind one of HTTP/1.0",
    send: `GET /a HTTP/1.0\r\nHost: a.test\r\n\r\n${B}`,
    statuses: [200],
    reaches: [{ line: "GET /a" }],
    closes: true,
  },
  {
    name: "a request in a body that came behind its answer",
    send: [`POST /nowhere HTTP/1.1\r\nHost: a.test\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n`, SMUGGLED],
    statuses: [404],
    closes: false,
  },
  {
    name: "a request in a chunked body that came behind its answer",
    send: [
      "POST /nowhere HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n",
      `${SMUGGLED.length.toString(16)}\r\n${SMUGGLED}\r\n0\r\n\r\n`,
    ],
    statuses: [404],
    closes: false,
  },
  {
    name: "a request behind a chunked body that is malformed and was answered early",
    send: ["POST /nowhere HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n", `0\n\r\n${SMUGGLED}`],
    statuses: [404],
    closes: true,
  },
  {
    name: "a request that waits for 100-continue and is refused",
    send: [`POST /nowhere HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 47\r\n\r\n`, SMUGGLED],
    statuses: [404],
    closes: true,
  },
  {
    name: "a chunk that breaks off in the second write",
    send: [chunked("2\r\nhi\r\n"), `2 \r\nho\r\n0\r\n\r\n${SMUGGLED}`],
    statuses: [400],
    closes: true,
  },
];
