import { expect, it } from "vitest";
import { responseHead } from "../../../src/http/exchange/response-head.ts";
import { lines, scannedResponse } from "../messages.ts";

function sent(...text: readonly string[]): string[] {
  return responseHead(scannedResponse(lines(...text)), "own: 1\r\n").split("\r\n");
}

it("leaves what it need not know, and adds the gateway's fields", () => {
  const text = ["HTTP/1.1 200 Fine \xe4", "Server:x", "Set-Cookie: a", "Set-Cookie: b", "Content-Length: 2"];
  expect(sent(...text)).toEqual([...text, "own: 1", ""]);
});

it("cuts hop-by-hop fields, and what Connection names", () => {
  const cut = [
    "Connection: close, X-A",
    "X-A: 1",
    "Keep-Alive: timeout=5",
    "Transfer-Encoding: chunked",
    "Upgrade: h2",
  ];
  expect(sent("HTTP/1.1 200 OK", ...cut, "B: 2")).toEqual(["HTTP/1.1 200 OK", "B: 2", "own: 1", ""]);
});

it("speaks HTTP/1.1, whatever the endpoint speaks", () => {
  expect(sent("HTTP/1.0 404 Not Found")[0]).toBe("HTTP/1.1 404 Not Found");
  // RFC 9112 section 4: the space is not to be left out where there is no reason phrase.
  expect(sent("HTTP/1.0 404")[0]).toBe("HTTP/1.1 404 ");
  expect(sent("HTTP/1.1 404")[0]).toBe("HTTP/1.1 404 ");
});

it.each(["100 Continue", "103 Early Hints", "204 No Content"])("cuts the Content-Length of %s", (status) => {
  expect(sent(`HTTP/1.1 ${status}`, "Content-Length: 0", "A: b")).toEqual([`HTTP/1.1 ${status}`, "A: b", "own: 1", ""]);
});

it("keeps the Content-Length of 304, which speaks of another response", () => {
  expect(sent("HTTP/1.1 304 Not Modified", "Content-Length: 9")[1]).toBe("Content-Length: 9");
});
