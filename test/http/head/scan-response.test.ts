import { describe, expect, it } from "vitest";
import { FAULT, INCOMPLETE, MessageHead } from "../../../src/http/head/message-head.ts";
import { MAX_RESPONSE_HEAD, scanResponse } from "../../../src/http/head/scan-response.ts";
import { lines } from "../messages.ts";

const head = new MessageHead();

function scan(text: string): number {
  const bytes = Buffer.from(text, "latin1");
  return scanResponse(head, bytes, 0, bytes.length);
}

const GOOD = lines("HTTP/1.1 404 Not Found", "Content-Length: 2");

describe("scanResponse", () => {
  it.each([
    ["HTTP/1.1 200 OK", 1, 200],
    ["HTTP/1.0 599 \xfcber\t!", 0, 599],
    ["HTTP/1.1 204 ", 1, 204],
    ["HTTP/1.1 100", 1, 100],
  ])("reads %j", (line, minorVersion, status) => {
    const text = lines(line, "A: b");
    expect(scan(text)).toBe(text.length);
    expect([head.minorVersion, head.status, head.count]).toEqual([minorVersion, status, 1]);
    expect(head.text.slice(0, head.startLineEnd)).toBe(line);
  });

  it("reads one head after another", () => {
    const bytes = Buffer.from(`${lines("HTTP/1.1 100 Continue")}${GOOD}xx`, "latin1");
    const first = scanResponse(head, bytes, 0, bytes.length);
    expect(head.status).toBe(100);
    expect(scanResponse(head, bytes, first, bytes.length)).toBe(bytes.length - 2);
    expect([head.status, head.value(0), head.text]).toEqual([404, "2", GOOD]);
  });

  it("waits for the rest of every beginning", () => {
    for (let length = 0; length < GOOD.length; length++) expect(scan(GOOD.slice(0, length))).toBe(INCOMPLETE);
  });

  it.each([
    "HTTP/2 200 OK",
    "HTTP/1.2 200 OK",
    "HTTP/1.1  200 OK",
    "HTTP/1.1 20 OK",
    "HTTP/1.1 2000 OK",
    "HTTP/1.1 099 Odd",
    "HTTP/1.1 600 Odd",
    "HTTP/1.1 2x0 OK",
    "HTTP/1.1\t200 OK",
    "HTTP/1.1 200 O\0K",
    "HTTP/1.1 200 O\nK",
    "http/1.1 200 OK",
    "HTTP/1.0 100 Continue",
    "ICY 200 OK and more",
    "<html><body>oops",
  ])("refuses %j", (line) => {
    expect(scan(lines(line))).toBe(FAULT);
    expect(head.fault).not.toBe("");
  });

  it("refuses fields as strictly as a request's", () => {
    expect(scan(lines("HTTP/1.1 200 OK", "A : b"))).toBe(FAULT);
    expect(scan("HTTP/1.1 200 OK\nA: b\n\n")).toBe(FAULT);
  });

  it("refuses a head without end", () => {
    expect(scan(`HTTP/1.1 200 OK\r\nA: ${"b".repeat(MAX_RESPONSE_HEAD)}`)).toBe(FAULT);
    expect(head.faultKind).toBe("too-large");
    expect(scan(`HTTP/1.1 200 ${"b".repeat(MAX_RESPONSE_HEAD)}`)).toBe(FAULT);
  });
});
