import { accepted, get, post, refused, SMUGGLED, type SmugglingCase } from "../case.ts";

const line = (name: string, requestLine: string, status = 400): SmugglingCase =>
  refused(`request line: ${name}`, `${requestLine}\r\nHost: a.test\r\n\r\n`, status);

const LINES: readonly SmugglingCase[] = [
  line("HTTP/0.9", "GET /a"),
  line("HTTP/0.9 with a version", "GET /a HTTP/0.9", 505),
  line("HTTP/2.0", "GET /a HTTP/2.0", 505),
  line("HTTP/1.2", "GET /a HTTP/1.2", 505),
  line("the preface of HTTP/2", "PRI * HTTP/2.0", 505),
  line("a lower-case version", "GET /a http/1.1"),
  line("a long version", "GET /a HTTP/1.10"),
  line("another protocol", "GET /a HTCPCP/1.0"),
  line("two spaces before the target", "GET  /a HTTP/1.1"),
  line("two spaces before the version", "GET /a  HTTP/1.1"),
  line("a tab for a space", "GET\t/a HTTP/1.1"),
  line("a space behind the version", "GET /a HTTP/1.1 "),
  line("a space in front", " GET /a HTTP/1.1"),
  line("a space in the target", "GET /a /b HTTP/1.1"),
  line("a bare CR in the target", "GET /a\rX HTTP/1.1"),
  line("a NUL in the target", "GET /a\0 HTTP/1.1"),
  line("an octet beyond ASCII in the target", "GET /\xc3\xa4 HTTP/1.1"),
  line("a fragment", "GET /a#b HTTP/1.1"),
  line("a colon in the method", "GE:T /a HTTP/1.1"),
  line("no target", "GET HTTP/1.1"),
  line("a target without a slash", "GET a HTTP/1.1"),
  line("an asterisk for GET", "GET * HTTP/1.1"),
  line("a target of 9000 octets", `GET /${"a".repeat(9000)} HTTP/1.1`, 414),
  refused("request line: CONNECT", "CONNECT internal:443 HTTP/1.1\r\nHost: internal:443\r\n\r\n", 501),
  refused("request line: CONNECT of a path", `CONNECT /a HTTP/1.1\r\nHost: a.test\r\n\r\n${SMUGGLED}`, 501),
  refused("request line: ending in a bare LF", "GET /a HTTP/1.1\nHost: a.test\r\n\r\n"),
  refused("every line ending in a bare LF", "GET /a HTTP/1.1\nHost: a.test\n\n"),
];

const field = (name: string, lines: string, status = 400): SmugglingCase =>
  refused(`field: ${name}`, get(lines), status);

const FIELDS: readonly SmugglingCase[] = [
  field("no Host", "X: 1"),
  field("two Host fields", "Host: a.test\r\nHost: internal"),
  field("two equal Host fields", "Host: a.test\r\nhost: a.test"),
  field("Host as a list", "Host: a.test, internal, b c"),
  field("Host with user information", "Host: a.test@internal"),
  field("Host with a path", "Host: a.test/internal"),
  field("Host with a port that is none", "Host: a.test:80x"),
  field("Host with a space before the colon", "Host : a.test"),
  field("a space in front of the first", " Host: a.test"),
  field("a folded line", "Host: a.test\r\nX: 1\r\n\tContent-Length: 5"),
  field("a bare LF", "Host: a.test\r\nX: 1\nY: 2"),
  field("a bare CR", "Host: a.test\r\nX: 1\rY: 2"),
  field("CR CR LF", "Host: a.test\r\nX: 1\r\r\nY: 2"),
  field("a NUL in a value", "Host: a.test\r\nX: a\0b"),
  field("a NUL in a name", "Host: a.test\r\nX\0: a"),
  field("a DEL in a value", "Host: a.test\r\nX: a\x7f"),
  field("an empty name", "Host: a.test\r\n: a"),
  field("no colon", "Host: a.test\r\nabc"),
  field("a name with a space", "Host: a.test\r\nA B: c"),
  field("a name beyond ASCII", "Host: a.test\r\nX\xe4: c"),
  field("the end as LF after CRLF", "Host: a.test\r\nX: 1\r\n\nGET /smuggled HTTP/1.1"),
  field(
    "201 of them",
    Array.from({ length: 201 }, (_, i) => (i === 0 ? "Host: a.test" : `X${i}: 1`)).join("\r\n"),
    431,
  ),
  field("more than 16 KiB of them", `Host: a.test\r\nX: ${"a".repeat(17_000)}`, 431),
];

const HOSTS: readonly SmugglingCase[] = [
  accepted(
    "absolute form with another Host: the target's counts",
    "GET http://b.test/a?x HTTP/1.1\r\nHost: a.test\r\n\r\n",
    {
      line: "GET /a?x",
      host: "b.test",
      fields: { "x-forwarded-host": "b.test" },
    },
  ),
  accepted("absolute form without a path", "GET http://b.test?x HTTP/1.1\r\nHost: a.test\r\n\r\n", {
    line: "GET /?x",
    host: "b.test",
  }),
  refused("absolute form with user information", "GET http://a@b.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n"),
  refused("absolute form with a backslash", "GET http://b.test\\@internal/ HTTP/1.1\r\nHost: a.test\r\n\r\n"),
  refused("absolute form without a host", "GET http:///a HTTP/1.1\r\nHost: a.test\r\n\r\n"),
  refused("absolute form of another scheme", "GET file:///etc/passwd HTTP/1.1\r\nHost: a.test\r\n\r\n"),
  refused("absolute form, and two Host fields", "GET http://b.test/ HTTP/1.1\r\nHost: a.test\r\nHost: c.test\r\n\r\n"),
];

/** What a client says of itself, or asks the gateway to cut. */
const TRUST: readonly SmugglingCase[] = [
  accepted(
    "identity and forwarding fields of a client",
    get(
      "Host: a.test\r\nX-Consumer-Id: admin\r\nX-Forwarded-For: 1.2.3.4\r\nForwarded: for=1.2.3.4\r\nX-Forwarded-Host: internal",
    ),
    {
      line: "GET /a",
      fields: {
        "x-consumer-id": undefined,
        forwarded: undefined,
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-host": "a.test",
      },
    },
  ),
  accepted(
    "the same with underscores, which CGI takes for hyphens",
    get("Host: a.test\r\nX_Consumer_Id: admin\r\nx-consumer_roles: admin\r\nX_Forwarded-For: 1.2.3.4"),
    {
      line: "GET /a",
      fields: { x_consumer_id: undefined, "x-consumer_roles": undefined, "x_forwarded-for": undefined },
    },
  ),
  accepted(
    "Connection that names Host and the forwarding fields",
    get("Host: a.test\r\nConnection: host, x-forwarded-for, via, x-consumer-id"),
    {
      line: "GET /a",
      host: "a.test",
      fields: { "x-forwarded-for": "127.0.0.1" },
    },
  ),
  accepted(
    "h2c upgrade",
    get(
      "Host: a.test\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
    ),
    {
      line: "GET /a",
      fields: { upgrade: undefined, connection: undefined, "http2-settings": undefined },
    },
  ),
  refused("an expectation that nobody knows", post("Expect: 200-ok\r\nContent-Length: 5", "hello"), 417),
];

export const HEAD_CASES: readonly SmugglingCase[] = [...LINES, ...FIELDS, ...HOSTS, ...TRUST];
