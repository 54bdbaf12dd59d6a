import { constantFrom, array, assert, property, string, tuple } from "fast-check";
import { describe, expect, it } from "vitest";
import { requestText } from "../../../src/http/client/http2-request-text.ts";
import { MessageHead } from "../../../src/http/head/message-head.ts";
import { scanRequest } from "../../../src/http/head/scan-request.ts";

const GET = [":method", "GET", ":scheme", "https", ":authority", "a.test:8443", ":path", "/x?y"] as const;

const change = (name: string, value: string): string[] => GET.map((text, i) => (GET[i - 1] === name ? value : text));
const without = (name: string): string[] => GET.filter((text, i) => text !== name && GET[i - 1] !== name);

describe("a header list becomes the head of the same request in HTTP/1.1", () => {
  it.each([
    [
      "with its authority as Host, first",
      [...GET, "accept", "*/*"],
      "GET /x?y HTTP/1.1\r\nhost: a.test:8443\r\naccept: */*\r\n\r\n",
    ],
    [
      "with Host where there is no authority",
      [...without(":authority"), "host", "b.test"],
      "GET /x?y HTTP/1.1\r\nhost: b.test\r\n\r\n",
    ],
    [
      "with one Host where both say the same",
      [...GET, "host", "A.test:8443"],
      "GET /x?y HTTP/1.1\r\nhost: a.test:8443\r\n\r\n",
    ],
    [
      "with crumbs of cookies as one",
      [...GET, "cookie", "a=1", "x", "y", "cookie", "b=2"],
      "GET /x?y HTTP/1.1\r\nhost: a.test:8443\r\nx: y\r\ncookie: a=1; b=2\r\n\r\n",
    ],
    [
      "with TE where it is trailers",
      [...GET, "te", "trailers"],
      "GET /x?y HTTP/1.1\r\nhost: a.test:8443\r\nte: trailers\r\n\r\n",
    ],
    [
      "with values beyond ASCII and empty ones",
      [...GET, "x", "\xff\t ", "y", ""],
      "GET /x?y HTTP/1.1\r\nhost: a.test:8443\r\nx: \xff\t \r\ny: \r\n\r\n",
    ],
    [
      "of the gateway itself",
      change(":path", "*").map((text) => (text === "GET" ? "OPTIONS" : text)),
      "OPTIONS * HTTP/1.1\r\nhost: a.test:8443\r\n\r\n",
    ],
    [
      "for CONNECT",
      [":method", "CONNECT", ":authority", "a.test:80"],
      "CONNECT a.test:80 HTTP/1.1\r\nhost: a.test:80\r\n\r\n",
    ],
    ["in schemes of any case", change(":scheme", "HTTP"), "GET /x?y HTTP/1.1\r\nhost: a.test:8443\r\n\r\n"],
  ])("%s", (_, list, text) => {
    expect(requestText(list)).toEqual({ text });
  });
});

/** What node:http2 lets through, or could; each of these would be read differently somewhere, or is forbidden. */
const REFUSED: readonly (readonly [name: string, list: readonly string[], fault: RegExp])[] = [
  ["no method", without(":method"), /:method/],
  ["a method with a space", change(":method", "GET /"), /:method/],
  ["a method with a line", change(":method", "GET\r\nx"), /:method/],
  ["an empty method", change(":method", ""), /:method/],
  ["no scheme", without(":scheme"), /:scheme/],
  ["a scheme that is not HTTP's", change(":scheme", "ftp"), /:scheme/],
  ["no path", without(":path"), /:path/],
  ["an empty path", change(":path", ""), /:path/],
  ["a path with a space", change(":path", "/x HTTP/1.1"), /:path/],
  ["a path with a line", change(":path", "/x\r\n"), /:path/],
  ["a path with a NUL", change(":path", "/x\0"), /:path/],
  ["a path with a fragment", change(":path", "/x#y"), /:path/],
  ["a path beyond ASCII", change(":path", "/\xe9"), /:path/],
  ["a path that is no octets", change(":path", "/\u010d"), /:path/],
  ["a path that is a URL", change(":path", "https://b.test/"), /:path/],
  ["a path without its slash", change(":path", "x"), /:path/],
  ["an authority with a line", change(":authority", "a\r\nx: y"), /:authority/],
  ["an authority with a space", change(":authority", "a b"), /:authority/],
  ["an empty authority", change(":authority", ""), /:authority/],
  ["another Host", [...GET, "host", "b.test"], /Host/],
  ["a Host with another port", [...GET, "host", "a.test"], /Host/],
  ["two Hosts", [...GET, "host", "a.test:8443", "host", "a.test:8443"], /Host/],
  ["two paths", [...GET, ":path", "/y"], /several :path/],
  ["two authorities", [":authority", "b", ...GET], /several :authority/],
  ["an unknown pseudo-header", [":protocol", "websocket", ...GET], /unknown/],
  ["one of responses", [":status", "200", ...GET], /unknown/],
  ["one that every object has", [":__proto__", "x", ...GET], /unknown/],
  ["a pseudo-header behind a field", ["x", "y", ...GET], /behind/],
  ["a name in upper case", [...GET, "X", "y"], /name/],
  ["a name with a space", [...GET, "transfer-encoding ", "chunked"], /name/],
  ["a name with a colon", [...GET, "x:y", "z"], /name/],
  ["a name with a line", [...GET, "x\r\ny", "z"], /name/],
  ["an empty name", [...GET, "", "z"], /name/],
  ["a value with a CR", [...GET, "x", "y\rz"], /value/],
  ["a value with an LF", [...GET, "x", "y\nz"], /value/],
  ["a value with a NUL", [...GET, "x", "y\0"], /value/],
  ["a value with DEL", [...GET, "x", "y\x7f"], /value/],
  ["a value whose lower octet is a CR", [...GET, "x", "y\u010d\u010az"], /value/],
  ["CONNECT with a path", change(":method", "CONNECT"), /CONNECT/],
  ["TE other than trailers", [...GET, "te", "trailers, gzip"], /TE/],
  ...["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "http2-settings"].map(
    (name) => [name, [...GET, name, "x"], /connection-specific/] as const,
  ),
];

describe("a header list is refused that has", () => {
  it.each(REFUSED)("%s", (_, list, fault) => {
    expect(requestText(list)).toEqual({ fault: expect.stringMatching(fault) });
  });
});

describe("whatever a header list holds", () => {
  it("its text is one head to the strict scanner, with the very same fields, or there is none", () => {
    const octet = string({
      unit: constantFrom("\r", "\n", "\0", " ", ":", "a", "B", "\x7f", "\xe9", "\u010a", "/", "#", ",", "\t"),
      maxLength: 5,
    });
    const names = constantFrom(
      "x",
      "cookie",
      "te",
      "host",
      "content-length",
      "Transfer-Encoding",
      ":path",
      ":method",
      ":authority",
    );
    let read = 0;
    const lists = array(
      tuple(
        names.chain((name) => constantFrom(name, `${name} `, name)),
        octet,
      ),
      { maxLength: 4 },
    );
    assert(
      property(lists, octet, (fields, extra) => {
        const list = [...GET, ...fields.flat(), "x-last", extra];
        const made = requestText(list);
        if ("fault" in made) return;
        read++;
        const bytes = Buffer.from(made.text, "latin1");
        const head = new MessageHead();
        expect(scanRequest(head, bytes, 0, bytes.length, 64 * 1024)).toBe(bytes.length);
        expect(head.text.slice(0, head.startLineEnd)).toBe("GET /x?y HTTP/1.1");
        const sent = fields.filter(([name]) => name !== "host" && name !== "cookie");
        expect(head.entries().filter(([name]) => name !== "host" && name !== "cookie")).toEqual(
          [...sent, ["x-last", extra] as const].map(([name, value]) => [name, value.replace(/^[ \t]+|[ \t]+$/g, "")]),
        );
      }),
      { numRuns: 3_000, seed: 1 },
    );
    expect(read).toBeGreaterThan(50);
  });
});
