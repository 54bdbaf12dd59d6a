import { describe, expect, it } from "vitest";
import { displayWidth, printable } from "../../../src/cli/ui/display-width.ts";

describe("displayWidth", () => {
  it.each<[text: string, width: number]>([
    ["", 0],
    ["abc", 3],
    ["é", 1],
    ["e\u0301", 1],
    ["日本", 4],
    ["ｱ", 1],
    ["Ａ", 2],
    ["🚀", 2],
    ["─▶", 2],
    ["\u200b", 0],
  ])("of %j is %i", (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe("printable", () => {
  it("takes the power from what could control a terminal", () => {
    expect(printable("a\tb\u001b[31mc\u0007\u009b1m\r")).toBe("a  b·[31mc··1m·");
    expect(printable("user\u202egpj.exe")).toBe("user·gpj.exe");
  });

  it("leaves text alone", () => {
    expect(printable("日本語 🚀 é")).toBe("日本語 🚀 é");
  });
});
