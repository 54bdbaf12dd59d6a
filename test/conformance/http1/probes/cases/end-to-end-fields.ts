import type { Probe } from "../probe.ts";
import { answer, get, OK } from "./shapes.ts";

const DATE = "Tue, 15 Nov 1994 08:12:31 GMT";

type Row = readonly [name: string, value: string, rfc: string, word: Probe["word"]];

/** Fields that say something to the endpoint, and that no intermediary is to change. */
const OF_REQUESTS: readonly Row[] = [
  ["Accept", "text/html;q=0.8, */*;q=0.1", "9110 12.5.1", "pass"],
  ["Accept-Encoding", "gzip, br;q=0.5", "9110 12.5.3", "pass"],
  ["Accept-Language", "de, en;q=0.7", "9110 12.5.4", "pass"],
  ["Authorization", 'Digest username="a", realm="b"', "9110 11.6.2", "MUST NOT"],
  ["Cache-Control", "no-cache, max-age=0, x=y", "9111 5.2", "MUST"],
  ["Cookie", "a=1; b=2", "6265 5.4", "pass"],
  ["Content-Type", "text/plain; charset=utf-8", "9110 8.3", "pass"],
  ["From", "webmaster@example.org", "9110 10.1.2", "pass"],
  ["If-Match", '"a", "b"', "9110 13.1.1", "pass"],
  ["If-None-Match", 'W/"a"', "9110 13.1.2", "pass"],
  ["If-Modified-Since", DATE, "9110 13.1.3", "pass"],
  ["If-Unmodified-Since", DATE, "9110 13.1.4", "pass"],
  ["If-Range", '"a"', "9110 13.1.5", "pass"],
  ["Range", "bytes=0-1,-5", "9110 14.2", "pass"],
  ["Referer", "http://a.test/b?c", "9110 10.1.3", "SHOULD NOT"],
  ["User-Agent", "probe/1.0 (a; b)", "9110 10.1.5", "pass"],
  ["Origin", "http://a.test", "6454 7", "pass"],
  ["Pragma", "no-cache", "9111 5.4", "pass"],
  ["Max-Forwards", "5", "9110 7.6.2", "pass"],
];

/** Fields about the representation and its origin (RFC 9110 section 7.7). */
const OF_RESPONSES: readonly Row[] = [
  ["Server", "endpoint/1.0 (a)", "9110 7.7", "SHOULD NOT"],
  ["Date", DATE, "9110 6.6.1", "SHOULD NOT"],
  ["ETag", 'W/"a"', "9110 7.7", "SHOULD NOT"],
  ["Last-Modified", DATE, "9110 7.7", "SHOULD NOT"],
  ["Content-Type", "text/plain; charset=utf-8", "9110 7.7", "SHOULD NOT"],
  ["Content-Encoding", "x-unheard-of", "9110 7.7", "SHOULD NOT"],
  ["Content-Language", "de, en", "9110 7.7", "SHOULD NOT"],
  ["Content-Location", "/b", "9110 7.7", "SHOULD NOT"],
  ["Accept-Ranges", "bytes", "9110 7.7", "SHOULD NOT"],
  ["Vary", "accept, x-a", "9110 7.7", "SHOULD NOT"],
  ["Allow", "GET, PUT", "9110 10.2.1", "MUST NOT"],
  ["Location", "http://internal:81/b#c", "9110 7.7", "SHOULD NOT"],
  ["Retry-After", "120", "9110 7.7", "SHOULD NOT"],
  ["WWW-Authenticate", 'Digest realm="a", nonce="b"', "9110 11.6.1", "MUST NOT"],
  ["Authentication-Info", 'nextnonce="a"', "9110 11.6.3", "MUST NOT"],
  ["Cache-Control", "no-transform, private, x=y", "9111 5.2", "MUST"],
  ["Expires", "0", "9111 5.3", "pass"],
  ["Age", "7", "9111 5.1", "pass"],
  ["Link", "</b>; rel=preload", "8288 3", "pass"],
  ["Strict-Transport-Security", "max-age=1", "6797 6.1", "pass"],
];

/** What is end to end goes on octet for octet. */
export const END_TO_END_PROBES: readonly Probe[] = [
  ...OF_REQUESTS.map(
    ([name, value, rfc, word]): Probe => ({
      name: `request: ${name} goes on as it came`,
      rfc,
      word,
      client: [get(`${name}: ${value}`)],
      outcomes: [{ client: [OK], endpoint: [{ fields: { [name.toLowerCase()]: [value] } }] }],
    }),
  ),
  ...OF_RESPONSES.map(
    ([name, value, rfc, word]): Probe => ({
      name: `response: ${name} goes on as it came`,
      rfc,
      word,
      client: [get()],
      answers: [answer(`${name}: ${value}`)],
      outcomes: [{ client: [{ ...OK, fields: { [name.toLowerCase()]: [value] } }] }],
    }),
  ),
  {
    name: "a response without Date is given one",
    rfc: "9110 6.6.1",
    word: "MUST",
    client: [get()],
    outcomes: [
      { client: [{ ...OK, fields: { date: /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/ } }] },
    ],
  },
];
