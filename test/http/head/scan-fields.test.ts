import { describe, expect, it } from "vitest";
import { FIELD } from "../../../src/http/head/field-kind.ts";
import { FAULT, INCOMPLETE, MAX_FIELDS, MessageHead } from "../../../src/http/head/message-head.ts";
import { scanFields } from "../../../src/http/head/scan-fields.ts";

const head = new MessageHead();

function scan(text: string): number {
  const bytes = Buffer.from(text, "latin1");
  const result = scanFields(head, bytes, 0, bytes.length, 0);
  if (result > 0) head.text = text;
  return result;
}

describe("scanFields", () => {
  it("gives names as sent, and values without the white space around them", () => {
    const text = "Host: a.test\r\nX-Y:\t a  b \t\r\nEmpty:\r\nBlank:  \r\nzero:0\r\n\r\n";
    expect(scan(text)).toBe(text.length);
    expect(Array.from({ length: head.count }, (_, i) => [head.name(i), head.value(i)])).toEqual([
      ["Host", "a.test"],
      ["X-Y", "a  b"],
      ["Empty", ""],
      ["Blank", ""],
      ["zero", "0"],
    ]);
    expect([...head.kinds.subarray(0, 2)]).toEqual([FIELD.HOST, FIELD.OTHER]);
  });

  it("ends at the empty line, whatever is behind it", () => {
    expect(scan("A: b\r\n\r\nC: d\r\n\r\n")).toBe(8);
    expect(head.count).toBe(1);
  });

  it("waits for the rest of every beginning", () => {
    const text = "Host: a.test\r\nX:  y \r\n\r\n";
    for (let length = 0; length < text.length; length++) expect(scan(text.slice(0, length))).toBe(INCOMPLETE);
  });

  it("takes every octet that a name or a value may have, and no other", () => {
    for (let octet = 0; octet < 256; octet++) {
      const char = String.fromCharCode(octet);
      const inName = /[!#$%&'*+.^_`|~0-9A-Za-z-]/.test(char);
      const inValue = char === "\t" || (octet >= 0x20 && octet !== 0x7f);
      // A colon ends the name early, and the rest is a value.
      expect([octet, scan(`A${char}B: c\r\n\r\n`) > 0]).toEqual([octet, inName || char === ":"]);
      expect([octet, scan(`A: b${char}c\r\n\r\n`) > 0]).toEqual([octet, inValue]);
    }
  });

  it.each([
    [" A: b\r\n\r\n", "folded"],
    ["A: b\r\n\tc\r\n\r\n", "folded"],
    ["A : b\r\n\r\n", "white space in or after"],
    ["A B: c\r\n\r\n", "white space in or after"],
    [": b\r\n\r\n", "empty header field name"],
    ["A\r\n\r\n", "0x0d"],
    ["A\nB: c\r\n\r\n", "LF without CR"],
    ["A: b\nC: d\r\n\r\n", "LF without CR"],
    ["A: b\rC: d\r\n\r\n", "CR that no LF follows"],
    ["A: b\r\r\n\r\n", "CR that no LF follows"],
    ["A: b\r\n\r\r\n", "CR that no LF follows"],
    ["A: b\0\r\n\r\n", "0x00"],
    ["A: b\x7f", "0x7f"],
  ])("refuses %j: %s", (text, fault) => {
    expect(scan(text)).toBe(FAULT);
    expect(head.fault).toContain(fault);
    expect(head.faultKind).toBe("malformed");
  });

  it("takes as many fields as there is room for, and refuses one more", () => {
    expect(scan(`${"A: b\r\n".repeat(MAX_FIELDS)}\r\n`)).toBeGreaterThan(0);
    expect(head.count).toBe(MAX_FIELDS);
    expect(scan(`${"A: b\r\n".repeat(MAX_FIELDS + 1)}\r\n`)).toBe(FAULT);
    expect(head.faultKind).toBe("too-large");
  });
});
