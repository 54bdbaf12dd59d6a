import { expect, it } from "vitest";
import { requestFields } from "../../../src/http/endpoint/http2-request-fields.ts";

const fields = (head: string) => ({ ...requestFields(head.replaceAll("\n", "\r\n"), "https") });

it("makes pseudo-header fields of the start line and Host", () => {
  expect(fields("PUT /a?b HTTP/1.1\nHost: shop:81\n\n")).toEqual({
    ":method": "PUT",
    ":scheme": "https",
    ":path": "/a?b",
    ":authority": "shop:81",
  });
});

it("drops what speaks of an HTTP/1.1 connection, whatever its case, and keeps te: trailers", () => {
  const head =
    "GET / HTTP/1.1\nhost: a\nConnection: te\nTE: trailers\nTransfer-Encoding: chunked\nkeep-alive: 5\n" +
    "Proxy-Connection: x\nupgrade: h2c\nHTTP2-Settings: AAA\n\n";
  expect(Object.keys(fields(head))).toEqual([":method", ":scheme", ":path", ":authority", "te"]);
});

it("keeps fields of one name apart, but for crumbs of a cookie", () => {
  const found = fields("GET / HTTP/1.1\nX-A: 1\nx-a:\t2 \nx-A:3\nCookie: a=1\ncookie: b=2\ncookie: c\n\n");
  expect(found).toMatchObject({ "x-a": ["1", "2", "3"], cookie: "a=1; b=2; c" });
});

it("takes values as they are, empty ones and names of Object's own too", () => {
  const found = requestFields(
    "GET / HTTP/1.1\r\nx-e:\r\nx-c: a:b \xff\r\n__proto__: p\r\nconstructor: c\r\n\r\n",
    "http",
  );
  expect(Object.entries(found).slice(3)).toEqual([
    ["x-e", ""],
    ["x-c", "a:b \xff"],
    ["__proto__", "p"],
    ["constructor", "c"],
  ]);
});
