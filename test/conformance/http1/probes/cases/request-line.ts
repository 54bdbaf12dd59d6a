import type { Probe } from "../probe.ts";
import { answer, get, OK, refused, request, turnedDown } from "./shapes.ts";

const line = (text: string): string => `${text}\r\nHost: a.test\r\n\r\n`;

const refusedLine = (name: string, text: string, rfc: string, word: Probe["word"], ...status: number[]): Probe => ({
  name,
  rfc,
  word,
  client: [line(text)],
  outcomes: [turnedDown(...(status.length > 0 ? status : [400]))],
});

const target = (name: string, text: string): Probe => ({
  name: `the target goes on as it came: ${name}`,
  rfc: "9110 7.7",
  word: "MUST NOT",
  client: [get("", text)],
  outcomes: [{ client: [OK], endpoint: [{ line: `GET ${text} HTTP/1.1` }] }],
});

const method = (name: string): Probe => ({
  name: `the method ${name} goes on as it is`,
  rfc: "9110 9.1",
  word: "pass",
  client: [request(name)],
  outcomes: [{ client: [OK], endpoint: [{ line: `${name} /a HTTP/1.1` }], connection: "open" }],
});

/** RFC 9112 sections 2 and 3; RFC 9110 sections 7 and 9. */
export const REQUEST_LINE_PROBES: readonly Probe[] = [
  target("a query", "/a?b=c&d"),
  target("an empty query", "/a?"),
  target("percent-encoded octets in either case", "/a%2fb%7e%C3%a4"),
  target("an unreserved octet that was encoded", "/%61"),
  target("sub-delimiters and parameters", "/a;v=1,2/b!$&'()*+=:@"),
  target("two slashes", "//a//b"),
  target("dots in the query", "/a?b=/../c/./d"),
  target("a second question mark", "/a?b?c"),
  target("an encoded slash and question mark", "/a%2F%3Fb"),
  target("the root", "/"),
  ...["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "PURGE", "M-SEARCH", "x!#$%&'*+.^_`|~9"].map(
    method,
  ),
  {
    name: "a method in small letters is another method",
    rfc: "9110 9.1",
    word: "pass",
    client: [request("get")],
    outcomes: [{ client: [OK], endpoint: [{ line: "get /a HTTP/1.1" }] }, turnedDown(400, 405, 501)],
  },
  {
    name: "absolute form is accepted, and goes on in origin form",
    rfc: "9112 3.2.2",
    word: "MUST",
    client: [line("GET http://a.test/b?c HTTP/1.1")],
    outcomes: [{ client: [OK], endpoint: [{ line: "GET /b?c HTTP/1.1", fields: { host: ["a.test"] } }] }],
  },
  {
    name: "absolute form replaces Host",
    rfc: "9112 3.2.2",
    word: "MUST",
    client: [line("GET http://b.test:81/ HTTP/1.1")],
    outcomes: [{ client: [OK], endpoint: [{ fields: { host: ["b.test:81"] } }] }],
  },
  {
    name: "absolute form with an empty path asks for /",
    rfc: "9112 3.2.1",
    word: "MUST",
    client: [line("GET http://a.test HTTP/1.1")],
    outcomes: [{ client: [OK], endpoint: [{ line: "GET / HTTP/1.1" }] }],
  },
  {
    name: "absolute form with an empty path and a query",
    rfc: "9112 3.2.1",
    word: "MUST",
    client: [line("GET http://a.test?b HTTP/1.1")],
    outcomes: [{ client: [OK], endpoint: [{ line: "GET /?b HTTP/1.1" }] }],
  },
  {
    name: "the scheme of absolute form is case-insensitive",
    rfc: "9110 4.2.3",
    word: "MUST",
    client: [line("GET HTTP://a.test/b HTTP/1.1")],
    outcomes: [{ client: [OK], endpoint: [{ line: "GET /b HTTP/1.1" }] }],
  },
  {
    name: "asterisk form of OPTIONS is answered",
    rfc: "9112 3.2.4",
    word: "pass",
    client: [line("OPTIONS * HTTP/1.1")],
    outcomes: [{ client: [{ status: [200, 204] }], connection: "open" }],
  },
  refusedLine("asterisk form is for OPTIONS only", "GET * HTTP/1.1", "9112 3.2.4", "SHOULD"),
  refusedLine("authority form is for CONNECT only", "GET a.test:80 HTTP/1.1", "9112 3.2.3", "SHOULD"),
  {
    name: "CONNECT opens no tunnel",
    rfc: "9110 9.3.6",
    word: "MUST NOT",
    client: [line("CONNECT a.test:80 HTTP/1.1")],
    answers: [answer()],
    outcomes: [turnedDown(400, 403, 404, 405, 501)],
  },
  refusedLine("a target with a space is not mended", "GET /a b HTTP/1.1", "9112 3.2", "SHOULD"),
  refusedLine("a target with a control", "GET /a\x01b HTTP/1.1", "9112 3.2", "SHOULD"),
  refusedLine("a target with a fragment", "GET /a#b HTTP/1.1", "9112 3.2", "SHOULD"),
  refusedLine("no target", "GET HTTP/1.1", "9112 3", "SHOULD"),
  refusedLine("a method that is no token", "G(T /a HTTP/1.1", "9112 3", "SHOULD"),
  refusedLine("no version", "GET /a", "9112 3", "SHOULD"),
  refusedLine("the version is case-sensitive", "GET /a http/1.1", "9112 2.3", "SHOULD"),
  refusedLine("a version of two digits", "GET /a HTTP/1.10", "9112 2.3", "SHOULD"),
  refusedLine("a major version that is not spoken", "GET /a HTTP/3.0", "9110 15.6.6", "SHOULD", 505, 400),
  {
    name: "a higher minor version is read as 1.1",
    rfc: "9110 2.5",
    word: "SHOULD",
    client: [line("GET /a HTTP/1.2")],
    outcomes: [{ client: [OK], endpoint: [{ line: "GET /a HTTP/1.1" }] }],
    exception:
      "There is no HTTP/1.2, and no client that sends it means well: parsers that refuse it (Node's among them) and " +
      "parsers that read it differ, and the gateway takes only what all of them read alike.",
  },
  {
    name: "an empty line in front of the request line is skipped",
    rfc: "9112 2.2",
    word: "SHOULD",
    client: [`\r\n${get()}`],
    outcomes: [{ client: [OK], endpoint: [{ line: "GET /a HTTP/1.1" }], connection: "open" }],
  },
  {
    name: "white space between request line and fields",
    rfc: "9112 2.2",
    word: "MUST",
    client: ["GET /a HTTP/1.1\r\n X-A: b\r\nHost: a.test\r\n\r\n"],
    outcomes: [refused(400), { client: [OK], endpoint: [{ fields: { "x-a": undefined, host: ["a.test"] } }] }],
  },
  {
    name: "a target too long is answered 414",
    rfc: "9112 3",
    word: "MUST",
    client: [get("", `/${"a".repeat(70_000)}`)],
    outcomes: [{ client: [{ status: 414 }], endpoint: [] }],
  },
  {
    name: "a request line of 8000 octets is taken",
    rfc: "9112 3",
    word: "SHOULD",
    client: [get("", `/${"a".repeat(7_985)}`)],
    outcomes: [{ client: [OK], endpoint: [{ line: `GET /${"a".repeat(7_985)} HTTP/1.1` }] }],
  },
  {
    name: "a request of HTTP/1.0 goes on as one of HTTP/1.1",
    rfc: "9110 2.5",
    word: "MUST",
    client: ["GET /a HTTP/1.0\r\nHost: a.test\r\n\r\n"],
    outcomes: [{ client: [OK], endpoint: [{ line: "GET /a HTTP/1.1" }] }],
  },
  {
    name: "a client of HTTP/1.0 is told the gateway's own version",
    rfc: "9110 2.5",
    word: "SHOULD",
    client: ["GET /a HTTP/1.0\r\nHost: a.test\r\n\r\n"],
    outcomes: [{ client: [{ status: 200, line: "HTTP/1.1 200 OK" }] }],
  },
];
