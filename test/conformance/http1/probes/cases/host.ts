import type { Probe } from "../probe.ts";
import { OK, turnedDown } from "./shapes.ts";

const bad = (name: string, lines: string, version = "HTTP/1.1"): Probe => ({
  name,
  rfc: "9112 3.2",
  word: "MUST",
  client: [`GET /a ${version}\r\n${lines}\r\n`],
  outcomes: [turnedDown(400)],
});

const kept = (name: string, host: string): Probe => ({
  name: `Host goes on as it came: ${name}`,
  rfc: "9110 7.2",
  word: "pass",
  client: [`GET /a HTTP/1.1\r\nHost: ${host}\r\n\r\n`],
  outcomes: [{ client: [OK], endpoint: [{ fields: { host: [host] } }], connection: "open" }],
});

/** RFC 9112 section 3.2; RFC 9110 section 7.2. */
export const HOST_PROBES: readonly Probe[] = [
  bad("no Host in HTTP/1.1", ""),
  bad("no Host in HTTP/1.1, though other fields", "X-Host: a.test\r\n"),
  bad("two Host fields", "Host: a.test\r\nHost: b.test\r\n"),
  bad("two Host fields that say the same", "Host: a.test\r\nHost: a.test\r\n"),
  bad("two Host fields in HTTP/1.0", "Host: a.test\r\nHost: b.test\r\n", "HTTP/1.0"),
  bad("two hosts in one field", "Host: a.test, b.test\r\n"),
  bad("Host with user information", "Host: user@a.test\r\n"),
  bad("Host with a path", "Host: a.test/b\r\n"),
  bad("Host with a space", "Host: a b\r\n"),
  bad("Host with a port that is no number", "Host: a.test:http\r\n"),
  bad("Host with an open bracket", "Host: [::1\r\n"),
  bad("Host in HTTP/1.0 that is no host", "Host: a\\b\r\n", "HTTP/1.0"),
  {
    ...bad("no Host beside an absolute target", ""),
    client: ["GET http://a.test/b HTTP/1.1\r\n\r\n"],
  },
  kept("with a port", "a.test:8080"),
  kept("an IPv4 address", "127.0.0.1:81"),
  kept("an IPv6 address", "[::1]:8080"),
  kept("capitals", "A.Test"),
  {
    name: "an empty Host is refused, or goes on as one",
    rfc: "9110 7.2",
    word: "pass",
    client: ["GET /a HTTP/1.1\r\nHost:\r\n\r\n"],
    outcomes: [turnedDown(400), { client: [OK], endpoint: [{ fields: { host: /^\S*$/ } }] }],
  },
  {
    name: "HTTP/1.0 without Host is taken, and goes on with one",
    rfc: "9112 3.2",
    word: "MUST",
    client: ["GET /a HTTP/1.0\r\n\r\n"],
    outcomes: [{ client: [OK], endpoint: [{ line: "GET /a HTTP/1.1", fields: { host: /./ } }] }],
  },
  {
    name: "an absolute target of HTTP/1.0 names the host",
    rfc: "9112 3.2.2",
    word: "MUST",
    client: ["GET http://b.test/a HTTP/1.0\r\n\r\n"],
    outcomes: [{ client: [OK], endpoint: [{ line: "GET /a HTTP/1.1", fields: { host: ["b.test"] } }] }],
  },
  {
    name: "Host is found wherever it stands, in any letters",
    rfc: "9110 5.1",
    word: "MUST",
    client: ["GET /a HTTP/1.1\r\nX-A: b\r\nhOST:a.test\r\n\r\n"],
    outcomes: [{ client: [OK], endpoint: [{ fields: { host: ["a.test"] } }] }],
  },
];
