import { nextInt, type Rng } from "../../../../src/shared/rng.ts";
import { makeBody, makeText, pick, shuffleIn } from "./grammar.ts";

const VERSIONS = ["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "http/1.1"];
const STATUSES = [
  "200 OK",
  "200 OK",
  "200 ",
  "200",
  "201 Cr\xe9\xe9",
  "204 No Content",
  "205 Reset Content",
  "206 Partial",
  "304 Not Modified",
  "404 Not Found",
  "500 a\tb  c",
  "599 \xff",
  "600 High",
  "099 Low",
  "101 Switching Protocols",
];
const INTERIM = [
  "",
  "",
  "",
  "HTTP/1.1 100 Continue\r\n\r\n",
  "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
  "HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\nConnection: x-a\r\nX-A: b\r\n\r\n",
];
const LINES = [
  "Server: endpoint",
  "X-A: b",
  "x-empty:",
  "X-Tabs:\t a \t",
  "X-High: \xe4\xf6\xff",
  "Set-Cookie: a=b; c",
  "Set-Cookie: d=e",
  "Connection: close",
  "Connection: keep-alive, X-A",
  "connection: upgrade",
  "Connection: content-length, date, transfer-encoding",
  "Upgrade: h2c",
  "Keep-Alive: timeout=5",
  "Proxy-Connection: close",
  "Proxy-Authenticate: Basic",
  "Trailer: X-Sum",
  "TE: trailers",
  "Via: 1.0 x",
  "X-Request-Id: 42",
  "Date: Thu, 01 Jan 1970 00:00:00 GMT",
  "Content-Type: text/plain",
  "Content_Length: 9",
  "__proto__: a",
];

/** A well-formed response of some kind, 1xx in front of it now and then. */
export function makeResponse(rng: Rng): string {
  const { line: framing, body } = makeBody(rng);
  const lines = Array.from({ length: nextInt(rng, 6) }, () => pick(rng, LINES));
  shuffleIn(rng, lines, framing);
  const fields = lines.map((line) => `${line}\r\n`).join("");
  // Without framing it goes on to the end.
  const rest = framing === "" ? makeText(rng) : body;
  return `${pick(rng, INTERIM)}${pick(rng, VERSIONS)} ${pick(rng, STATUSES)}\r\n${fields}\r\n${rest}`;
}
