import type { Outcome, Probe } from "../probe.ts";
import { answer, BAD_GATEWAY, bare, get, OK, oneChunk } from "./shapes.ts";

const bad = (name: string, rfc: string, sent: string, ...others: Outcome[]): Probe => ({
  name: `bad response: ${name}`,
  rfc,
  word: "MUST",
  client: [get()],
  answers: [{ atEnd: [sent, { end: true }] }],
  outcomes: [BAD_GATEWAY, ...others],
});

const one = (lines: string): Outcome => ({ client: [{ ...OK, fields: { "content-length": [lines] } }] });
/** What has begun as 200 can only be cut. */
const CUT: Outcome = { client: [{ status: 200, cut: true }], connection: "closed" };

/** Begins well, and breaks the rules in its body: there is no other way than to cut it. */
const badBody = (name: string, chunks: string): Probe => ({
  name: `bad response: ${name}`,
  rfc: "9112 8",
  word: "MUST",
  client: [get()],
  answers: [bare("200 OK", "Transfer-Encoding: chunked", chunks)],
  outcomes: [CUT, BAD_GATEWAY],
});

/** RFC 9112 sections 4, 6.3 and 8: what is not HTTP is not passed on. */
export const BAD_RESPONSE_PROBES: readonly Probe[] = [
  bad("nothing at all", "9110 15.6.3", ""),
  bad("something else than HTTP", "9112 4", "SSH-2.0-OpenSSH_9.2\r\n\r\n"),
  bad("HTTP/0.9", "9112 4", "<html>hello</html>"),
  bad("half a status line", "9112 8", "HTTP/1.1 20"),
  bad("half a head", "9112 8", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-"),
  bad("a head without its end", "9112 8", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"),
  bad("another major version", "9112 4", "HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok"),
  bad("a version in small letters", "9112 2.3", "http/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
  bad("a status of two digits", "9112 4", bare("20 OK", "Content-Length: 2", "ok")),
  bad("a status of four digits", "9112 4", bare("2000 OK", "Content-Length: 2", "ok")),
  bad("a status that is no number", "9112 4", bare("2x0 OK", "Content-Length: 2", "ok")),
  bad("a status below 100", "9110 15", bare("099 Low", "Content-Length: 2", "ok")),
  bad("a status above 599", "9110 15", bare("600 High", "Content-Length: 2", "ok"), { client: [{ status: 500 }] }),
  bad("no status", "9112 4", bare("OK", "Content-Length: 2", "ok")),
  bad(
    "white space in front of the first field",
    "9112 2.2",
    "HTTP/1.1 200 OK\r\n X-A: b\r\nContent-Length: 2\r\n\r\nok",
  ),
  bad("a length that is no number", "9112 6.3", bare("200 OK", "Content-Length: two", "ok")),
  bad("a negative length", "9112 6.3", bare("200 OK", "Content-Length: -2", "ok")),
  bad("a length with a sign", "9112 6.3", bare("200 OK", "Content-Length: +2", "ok")),
  bad("an empty length", "9112 6.3", bare("200 OK", "Content-Length:", "ok")),
  bad("a length beyond any number", "9112 6.3", bare("200 OK", `Content-Length: ${"9".repeat(40)}`, "ok")),
  bad("two lengths that differ", "9112 6.3", bare("200 OK", "Content-Length: 2\r\nContent-Length: 3", "ok")),
  bad("a list of lengths that differ", "9112 6.3", bare("200 OK", "Content-Length: 2, 3", "ok")),
  bad("two lengths that agree", "9112 6.3", bare("200 OK", "Content-Length: 2\r\nContent-Length: 2", "ok"), one("2")),
  bad("a list of lengths that agree", "9112 6.3", bare("200 OK", "Content-Length: 2, 2", "ok"), one("2")),
  bad(
    "length and coding",
    "9112 6.3",
    bare("200 OK", "Content-Length: 9\r\nTransfer-Encoding: chunked", oneChunk("ok")),
    {
      client: [{ ...OK, fields: { "content-length": undefined } }],
    },
  ),
  bad("a coding without chunked", "9112 6.1", bare("200 OK", "Transfer-Encoding: gzip", "ok")),
  bad(
    "chunked that is not the last coding",
    "9112 6.1",
    bare("200 OK", "Transfer-Encoding: chunked, gzip", oneChunk("ok")),
  ),
  bad("chunked twice", "9112 6.1", bare("200 OK", "Transfer-Encoding: chunked, chunked", oneChunk(oneChunk("ok")))),
  bad("a coding in HTTP/1.0", "9112 6.1", `HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${oneChunk("ok")}`, {
    client: [{ ...OK, fields: {} }],
  }),
  bad("a head without end", "9110 15.6.3", `HTTP/1.1 200 OK\r\nX-A: ${"a".repeat(300_000)}`),
  badBody("a chunk without a size", "\r\nok\r\n0\r\n\r\n"),
  badBody("a chunk size that is not hexadecimal", "2z\r\nok\r\n0\r\n\r\n"),
  badBody("a chunk size beyond any number", `${"f".repeat(24)}\r\nok\r\n0\r\n\r\n`),
  badBody("a bad size behind a good chunk", "2\r\nok\r\nzz\r\n"),
  badBody("more data than the chunk's size", "1\r\nok\r\n0\r\n\r\n"),
  badBody("a trailer that is no field", "2\r\nok\r\n0\r\nnonsense\r\n\r\n"),
  {
    name: "bad response: the next request is served as ever",
    rfc: "9110 15.6.3",
    word: "MUST",
    client: [get(), { responses: 1 }, get()],
    answers: [{ atEnd: ["nonsense\r\n\r\n", { end: true }] }, answer()],
    outcomes: [{ client: [{ status: 502 }, OK], connection: "open" }],
  },
  {
    name: "bad response: octets behind an answer are no answer",
    rfc: "9112 6.3",
    word: "MUST NOT",
    client: [get(), { responses: 1 }, get()],
    answers: [`${answer()}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret`, answer()],
    outcomes: [{ client: [OK, OK], clientNever: "secret", connection: "open" }],
  },
  {
    name: "bad response: an answer that comes before any request is no answer",
    rfc: "9112 9.2",
    word: "MUST NOT",
    client: [get(), { responses: 1 }, "", get()],
    answers: [{ atEnd: [answer(), "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret"] }, answer()],
    outcomes: [{ client: [OK, OK], clientNever: "secret", connection: "open" }],
  },
];
