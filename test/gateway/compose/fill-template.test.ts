import { describe, expect, it } from "vitest";
import { parsePartTemplate, type PartTemplate } from "../../../src/config/compose/part-template.ts";
import { fillField, fillTarget, type SourceValue } from "../../../src/gateway/compose/fill-template.ts";
import { queryValue } from "../../../src/routing/query.ts";
import { fc } from "../../helpers/property.ts";

function template(text: string): PartTemplate {
  const parsed = parsePartTemplate(text);
  if ("fault" in parsed) throw new Error(parsed.fault);
  return parsed;
}

const fill = (text: string, value: SourceValue) => fillTarget(template(text), () => value);

describe("a part's path and query", () => {
  it("have every value as one segment, or one value of the query", () => {
    const text = fc.string({ unit: "binary", minLength: 1 });
    fc.assert(
      fc.property(text, (value) => {
        const filled = fill("/a/{query.x}/b?c={query.x}&d=e", { text: value });
        if ("fault" in filled) return;
        const [path = "", query = ""] = filled.text.split("?");
        expect(path.split("/")).toHaveLength(4);
        expect(decodeURIComponent(path.split("/")[2] as string)).toBe(value);
        expect([queryValue(query, "c"), queryValue(query, "d")]).toEqual([value, "e"]);
        expect(filled.text).toMatch(/^[!-~]+$/);
      }),
    );
  });

  it("have a capture's segment as it stood in the path", () => {
    const octet = fc.constantFrom(..."aZ0-._~!$&'()*+,;=:@".split(""), "%2F", "%25", "%C3%A9", "%20");
    fc.assert(
      fc.property(
        fc.array(octet, { minLength: 1 }).map((all) => all.join("")),
        (encoded) => {
          const filled = fill("/a/{x}/b?c={x}&d=e", { encoded });
          if ("fault" in filled) {
            expect(encoded).toMatch(/^\.{1,2}(?:$|%2F)|%2F\.{1,2}(?:$|%2F)/);
            return;
          }
          const [path = "", query = ""] = filled.text.split("?");
          const value = decodeURIComponent(encoded);
          expect(decodeURIComponent(path.split("/")[2] as string)).toBe(value);
          expect([queryValue(query, "c"), queryValue(query, "d")]).toEqual([value, "e"]);
        },
      ),
    );
  });

  it.each([
    ["/a/{query.x}", "", "{query.x} is empty"],
    ["/a/{query.x}", ".", 'its path has a dot segment ("." or "..")'],
    ["/a/{query.x}", "..", 'its path has a dot segment ("." or "..")'],
    ["/a/.{query.x}", ".", 'its path has a dot segment ("." or "..")'],
    ["/a/{query.x}", "../b", 'its path has a dot segment ("." or "..")'],
    ["/a/{query.x}", "..\\b", 'its path has a dot segment ("." or "..")'],
    ["/a/{query.x}", "a\nb", "its path has a control character"],
    ["/a/{query.x}", "\ud800", "{query.x} is not text"],
    ["/a?b={query.x}", "\udc00", "{query.x} is not text"],
    ["/a?b={query.x}", "x".repeat(9_000), "its path is longer than 8 KiB"],
  ])("%s is refused with %j", (text, value, fault) => {
    expect(fill(text, { text: value })).toEqual({ fault, blame: "request" });
  });

  it("may have an empty value in the query, and line ends there that are none", () => {
    expect(fill("/a?b={query.x}", { text: "" })).toEqual({ text: "/a?b=" });
    expect(fill("/a?b={query.x}", { text: "\r\nx: y" })).toEqual({ text: "/a?b=%0D%0Ax%3A%20y" });
  });

  it("encode what a regex has cut out of several segments, or out of an encoding", () => {
    expect(fill("/{x}", { encoded: "a/b%4" })).toEqual({ text: "/a%2Fb%254" });
  });

  it("tell whose the lacking value is", () => {
    expect(fill("/{query.a}", { lacks: "is missing" })).toEqual({ fault: "{query.a} is missing", blame: "request" });
    expect(fill("/{u.body.a}", { lacks: "is null" })).toEqual({ fault: "{u.body.a} is null", blame: "part" });
    expect(fill("/{u.body.a}", { text: ".." })).toMatchObject({ blame: "part" });
  });
});

describe("a part's field", () => {
  const field = (text: string, value: SourceValue) => fillField(template(text), () => value);

  it("has values as text, beyond ASCII as UTF-8", () => {
    expect(field("a {query.x}!", { text: "é/ü" })).toEqual({ text: `a ${Buffer.from("é/ü").toString("latin1")}!` });
    expect(field("{x}", { encoded: "a%2Fb" })).toEqual({ text: "a/b" });
    expect(field("{x}", { encoded: "a%ff" })).toEqual({ text: "a%ff" });
  });

  it("is never more than one line", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        const filled = field("{query.x}", { text: value });
        if ("fault" in filled) expect(value).toMatch(/[^\t\x20-\x7e\x80-\u{10ffff}]/u);
        else expect(filled.text).toMatch(/^[\t\x20-\x7e\x80-\xff]*$/);
      }),
    );
    expect(field("{x}", { encoded: "a%0d%0ab" })).toEqual({ fault: "{x} has a control character", blame: "request" });
  });

  it("is never longer than endpoints take", () => {
    expect(field("{u.body.x}", { text: "x".repeat(5_000) })).toEqual({
      fault: "{u.body.x} is longer than 4 KiB",
      blame: "part",
    });
  });
});
