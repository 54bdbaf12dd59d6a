import { describe, expect, it } from "vitest";
import {
  fitOf,
  isUtf8,
  kindOf,
  type MediaType,
  parseMediaType,
} from "../../../../src/policies/validate/values/media-type.ts";

const type = (text: string) => parseMediaType(text) as MediaType;

describe("media types", () => {
  it.each<[text: string, read: string | undefined]>([
    ["application/json", "application/json"],
    ["Application/JSON ; Charset=UTF-8", "application/json charset=UTF-8"],
    ['multipart/form-data; boundary="a;\\"b"', 'multipart/form-data boundary=a;"b'],
    ["text/plain;", "text/plain"],
    ["text/plain; a=1; b=2", "text/plain a=1 b=2"],
    ["*/*", "*/*"],
    ["application/*+json", "application/*+json"],
    ["application/json, text/xml", undefined],
    ["application/json; charset", undefined],
    ["application/json; charset=utf-8; Charset=utf-16", undefined],
    ["application", undefined],
    ["", undefined],
    ["a/b/c", undefined],
  ])("%s is read as %s", (text, read) => {
    const parsed = parseMediaType(text);
    const shown = parsed && [parsed.name, ...[...parsed.parameters].map((pair) => pair.join("="))].join(" ");
    expect(shown).toBe(read);
  });

  it("fit their ranges, the more specific the better", () => {
    const ranges = ["*/*", "application/*", "application/*+json", "application/a+json", "application/a+json; v=1"];
    const fits = ranges.map((range) => fitOf(type(range), type("application/a+json; v=1")));
    expect(fits).toEqual([...fits].sort((a, b) => a - b));
    expect(new Set(fits).size).toBe(5);
    expect(fitOf(type("application/a+json; v=2"), type("application/a+json; v=1"))).toBe(0);
    expect(fitOf(type("text/*"), type("application/json"))).toBe(0);
    expect(fitOf(type("application/*+json"), type("application/json"))).toBe(0);
  });

  it("say how a body is read", () => {
    const kinds = ["application/json", "application/problem+json", "text/plain", "text/xml", "image/png"].map((text) =>
      kindOf(type(text)),
    );
    expect(kinds).toEqual(["json", "json", "text", "opaque", "opaque"]);
    expect(
      ["", "; charset=utf-8", "; charset=US-ASCII", "; charset=latin1"].map((rest) =>
        isUtf8(type(`text/plain${rest}`)),
      ),
    ).toEqual([true, true, true, false]);
  });
});
