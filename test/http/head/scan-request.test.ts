import { describe, expect, it } from "vitest";
import { FAULT, INCOMPLETE, MessageHead } from "../../../src/http/head/message-head.ts";
import { scanRequest } from "../../../src/http/head/scan-request.ts";
import { lines } from "../messages.ts";

const head = new MessageHead();

function scan(text: string, limit = 1000): number {
  const bytes = Buffer.from(text, "latin1");
  return scanRequest(head, bytes, 0, bytes.length, limit);
}

const GOOD = lines("PATCH /a/b?c=%20 HTTP/1.1", "Host: a.test", "X: y");

describe("scanRequest", () => {
  it("says where the parts are", () => {
    expect(scan(GOOD)).toBe(GOOD.length);
    expect(head.text).toBe(GOOD);
    expect(head.text.slice(0, head.methodEnd)).toBe("PATCH");
    expect(head.text.slice(head.targetStart, head.targetEnd)).toBe("/a/b?c=%20");
    expect(head.text.slice(head.startLineEnd, head.startLineEnd + 2)).toBe("\r\n");
    expect([head.minorVersion, head.count]).toEqual([1, 2]);
  });

  it("reads a head that stands among other octets", () => {
    const before = "POST /x HTTP/1.0\r\n\r\n";
    const bytes = Buffer.from(`${before}${GOOD}body`, "latin1");
    expect(scanRequest(head, bytes, before.length, bytes.length, 1000)).toBe(before.length + GOOD.length);
    expect(head.text).toBe(GOOD);
    expect([head.name(1), head.value(1)]).toEqual(["X", "y"]);
    expect(head.text.slice(head.targetStart, head.targetEnd)).toBe("/a/b?c=%20");
  });

  it("waits for the rest of every beginning", () => {
    for (let length = 0; length < GOOD.length; length++) expect(scan(GOOD.slice(0, length))).toBe(INCOMPLETE);
  });

  it("waits for the other half of an empty line", () => {
    expect(scan("\r")).toBe(INCOMPLETE);
    expect(scan("\rG")).toBe(FAULT);
  });

  it("does not read beyond the end it is given", () => {
    expect(scanRequest(head, Buffer.from(GOOD, "latin1"), 0, GOOD.length - 1, 1000)).toBe(INCOMPLETE);
  });

  it("takes a head without fields, and HTTP/1.0", () => {
    expect(scan("GET / HTTP/1.0\r\n\r\n")).toBe(18);
    expect([head.minorVersion, head.count]).toEqual([0, 0]);
  });

  it("takes every octet that a method or a target may have, and no other", () => {
    for (let octet = 0; octet < 256; octet++) {
      const char = String.fromCharCode(octet);
      // RFC 9110 section 5.6.2, and visible ASCII but "#".
      const inMethod = /[!#$%&'*+.^_`|~0-9A-Za-z-]/.test(char);
      const inTarget = octet > 0x20 && octet < 0x7f && char !== "#";
      // A space ends the method early, and what follows is then a target.
      if (char !== " ") expect([octet, scan(lines(`G${char}T / HTTP/1.1`)) > 0]).toEqual([octet, inMethod]);
      expect([octet, scan(lines(`GET /${char} HTTP/1.1`)) > 0]).toEqual([octet, inTarget]);
    }
  });

  it.each([
    ["GET / HTTP/2.0", "version", "HTTP/2.0"],
    ["GET / HTTP/0.9", "version", "HTTP/0.9"],
    ["GET / HTTP/1.2", "version", "HTTP/1.2"],
    ["GET / HTTP/1.x", "malformed", "malformed HTTP version"],
    ["GET / HTTP/1,1", "malformed", "malformed HTTP version"],
    ["GET / HTTP/11", "malformed", "malformed HTTP version"],
    ["GET / HTTP/1.1 ", "malformed", "malformed HTTP version"],
    ["GET / HTTPS/1.1", "malformed", "does not end in an HTTP version"],
    ["GET /", "malformed", "target that is empty or has a character"],
    ["GET  / HTTP/1.1", "malformed", "target that is empty or has a character"],
    [" GET / HTTP/1.1", "malformed", "does not begin with a method"],
    ["GET", "malformed", "does not begin with a method"],
    ["", "malformed", "does not begin with a method"],
  ])("refuses the line %j as %s", (line, kind, fault) => {
    expect(scan(lines(line))).toBe(FAULT);
    expect(head.faultKind).toBe(kind);
    expect(head.fault).toContain(fault);
  });

  it("tells a wrong version as soon as its first wrong octet is there", () => {
    expect(scan("GET / HTX")).toBe(FAULT);
  });

  it("takes a head of just the limit, and refuses one octet more", () => {
    expect(scan(GOOD, GOOD.length)).toBe(GOOD.length);
    expect(scan(GOOD, GOOD.length - 1)).toBe(FAULT);
    expect(head.faultKind).toBe("too-large");
  });

  it("refuses a head that has no end within the limit, before the end has come", () => {
    expect(scan(`GET / HTTP/1.1\r\nX: ${"a".repeat(100)}`, 60)).toBe(FAULT);
    expect(head.faultKind).toBe("too-large");
  });

  it("tells a target longer than half the limit apart", () => {
    expect(scan(lines(`GET /${"a".repeat(49)} HTTP/1.1`), 100)).toBeGreaterThan(0);
    expect(scan(lines(`GET /${"a".repeat(50)} HTTP/1.1`), 100)).toBe(FAULT);
    expect(head.faultKind).toBe("target-too-long");
    expect(scan(`GET /${"a".repeat(50)}`, 100)).toBe(FAULT);
  });

  it("forgets the fault before", () => {
    scan("\r\r");
    expect(scan(GOOD)).toBe(GOOD.length);
    expect(head.text).toBe(GOOD);
  });
});
