import { nextInt, type Rng } from "../../../../src/shared/rng.ts";
import { makeBody, pick, shuffleIn } from "./grammar.ts";

const METHODS = [
  "GET",
  "GET",
  "POST",
  "POST",
  "PUT",
  "DELETE",
  "HEAD",
  "OPTIONS",
  "PATCH",
  "CONNECT",
  "get",
  "PROPFIND",
];
const TARGETS = [
  "/",
  "/a",
  "/a/b?c=d",
  "/%2f..%2f",
  "//b.test/x",
  "/a?x=http://b.test/",
  "/a;b=c",
  "/{a}|b",
  "*",
  "http://b.test/a",
  "http://b.test",
  "HTTP://b.test?q",
  "http://u@b.test/",
  "https://[::1]:8080/a",
  "/a#b",
  '/a"<>^`',
];
const VERSIONS = ["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/1.2", "http/1.1"];
const LINES = [
  "Accept: */*",
  "X-A: b",
  "x-empty:",
  "X-Tabs:\t a \t",
  "X-High: \xe4\xf6\xff",
  "Cookie: a=b; c=d",
  "Cookie: e=f",
  "Connection: close",
  "Connection: keep-alive, X-A",
  "connection: upgrade, http2-settings",
  "Upgrade: h2c",
  "Upgrade: websocket",
  "HTTP2-Settings: AAMA",
  "TE: trailers, deflate",
  "Trailer: X-Sum",
  "Keep-Alive: timeout=5",
  "Proxy-Connection: close",
  "Proxy-Authorization: Basic eDp5",
  "Expect: 100-continue",
  "X-Forwarded-For: 1.2.3.4",
  "X-Forwarded-Host: evil",
  "Forwarded: for=1.2.3.4",
  "X-Consumer-Id: root",
  "X_Consumer_Id: root",
  "Via: 1.0 x",
  "X-Request-Id: 42",
  "Date: Thu, 01 Jan 1970 00:00:00 GMT",
  "Content-Type: text/plain",
  "Connection: content-length",
  "Connection: host, transfer-encoding, x-request-id",
  "__proto__: a",
  "constructor: b",
  "Content_Length: 9",
  "X-A: two",
];

/** A well-formed request of some kind; whether the gateway takes it is another question. */
export function makeRequest(rng: Rng): string {
  const { line: framing, body } = makeBody(rng);
  const lines = Array.from({ length: nextInt(rng, 6) }, () => pick(rng, LINES));
  shuffleIn(rng, lines, pick(rng, ["Host: a.test", "host:a.test:8080", "Host: [::1]"]), framing);
  return `${pick(rng, METHODS)} ${pick(rng, TARGETS)} ${pick(rng, VERSIONS)}\r\n${lines.join("\r\n")}\r\n\r\n${body}`;
}
