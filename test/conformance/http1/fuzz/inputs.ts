import { nextFloat, nextInt, type Rng } from "../../../../src/shared/rng.ts";

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
/** What tends to be read in two ways, wherever it stands. */
const SPICE = [
  "\r",
  "\n",
  "\r\n",
  "\r\n\r\n",
  " ",
  "\t",
  "\0",
  "\x0b",
  "\x7f",
  "\x80",
  "\xa0",
  ":",
  ";",
  ",",
  '"',
  "\\",
  "0",
  "+",
  "-",
  "x",
  "\r\n ",
  " :",
  "0\r\n\r\n",
  ";a=b",
  ';a="',
  "chunked",
  "Content-Length: 3\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Host: c.test\r\n",
  "GET /smuggled HTTP/1.1\r\n",
];

/** One input: octets, one character each. About half are well-formed; the others are one or a few edits away from it. */
export function makeInput(rng: Rng): string {
  let text = makeRequest(rng);
  if (nextFloat(rng) < 0.5) return text;
  for (let edits = 1 + nextInt(rng, 3); edits > 0; edits--) text = mutate(text, rng);
  return text;
}

function pick<T>(rng: Rng, list: readonly T[]): T {
  return list[nextInt(rng, list.length)] as T;
}

function makeRequest(rng: Rng): string {
  const { line: framing, body } = makeBody(rng);
  const lines = Array.from({ length: nextInt(rng, 6) }, () => pick(rng, LINES));
  lines.splice(nextInt(rng, lines.length + 1), 0, pick(rng, ["Host: a.test", "host:a.test:8080", "Host: [::1]"]));
  if (framing !== "") lines.splice(nextInt(rng, lines.length + 1), 0, framing);
  return `${pick(rng, METHODS)} ${pick(rng, TARGETS)} ${pick(rng, VERSIONS)}\r\n${lines.join("\r\n")}\r\n\r\n${body}`;
}

function makeBody(rng: Rng): { line: string; body: string } {
  const kind = nextInt(rng, 4);
  if (kind === 0) return { line: "", body: "" };
  if (kind === 1) {
    const body = makeText(rng);
    return { line: `Content-Length: ${body.length}`, body };
  }
  let body = "";
  for (let chunks = nextInt(rng, 4); chunks > 0; chunks--) {
    const data = makeText(rng) || "x";
    const extension = pick(rng, ["", "", "", ";a", ";a=b", ';a="b; c"', "; a = b"]);
    body += `${pick(rng, ["", "", "0", "000"])}${data.length.toString(16)}${extension}\r\n${data}\r\n`;
  }
  const trailers = pick(rng, ["", "", "", "X-Sum: 1\r\n", "X-Sum:\t\xe4 \r\nX-Other:\r\n"]);
  return { line: `Transfer-Encoding: ${pick(rng, ["chunked", "Chunked"])}`, body: `${body}0\r\n${trailers}\r\n` };
}

function makeText(rng: Rng): string {
  let text = "";
  for (let parts = nextInt(rng, 4); parts > 0; parts--) text += pick(rng, [...SPICE, "hello", "\r\n0\r\n\r\n"]);
  return text;
}

function mutate(text: string, rng: Rng): string {
  const at = nextInt(rng, text.length + 1);
  switch (nextInt(rng, 5)) {
    case 0:
      return text.slice(0, at) + pick(rng, SPICE) + text.slice(at);
    case 1:
      return text.slice(0, at) + text.slice(at + 1 + nextInt(rng, 3));
    case 2:
      return text.slice(0, at) + String.fromCharCode(nextInt(rng, 256)) + text.slice(at + 1);
    case 3:
      return repeatLine(text, rng);
    default:
      return text.slice(0, at) + pick(rng, SPICE) + text.slice(at + 1);
  }
}

function repeatLine(text: string, rng: Rng): string {
  const lines = text.split("\r\n");
  const line = pick(rng, lines);
  lines.splice(nextInt(rng, lines.length), 0, line);
  return lines.join("\r\n");
}
