import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson } from "../../src/config/json-source.ts";
import { locate } from "../../src/config/source.ts";

describe("parseJson", () => {
  it("agrees with JSON.parse on what is JSON, and finds every value where it stands", () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 2, "\t"), (json, indent) => {
        const text = JSON.stringify(JSON.parse(json), undefined, indent);
        const { value, tree, problems } = parseJson(text);
        expect(value).toEqual(JSON.parse(text));
        expect(problems).toEqual([]);
        expect(tree?.end).toBe(text.length);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it("agrees with JSON.parse on what is not", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.constantFrom("", ",", "}", "'", "\n", "\\", "0"), (json, at, sign) => {
        const place = at % (json.length + 1);
        const text = json.slice(0, place) + sign + json.slice(place + 1);
        const isJson = ((): boolean => {
          try {
            JSON.parse(text);
            return true;
          } catch {
            return false;
          }
        })();
        expect(parseJson(text).problems.some(({ code }) => code === "GW0107")).toBe(!isJson);
      }),
      { seed: 8, numRuns: 1000 },
    );
  });

  it.each<[text: string, message: string, offset: number]>([
    ['{"a": 1,}', 'Expected a key in double quotes, found "}"', 8],
    ['{"a" 1}', 'Expected ":", found "1"', 5],
    ["[1 2]", 'Expected "," or "]", found "2"', 3],
    ["{'a': 1}", 'Expected a key in double quotes, found "\'"', 1],
    ['{"a": // no\n1}', 'Expected a value, found "/"', 6],
    ["[01]", 'Expected "," or "]", found "1"', 2],
    ["", "Expected a value, found the end of the file", 0],
    ["{}{}", 'Expected the end of the file, found "{"', 2],
  ])("%s: %s", (text, message, offset) => {
    expect(parseJson(text).problems).toMatchObject([{ code: "GW0107", message, range: { start: offset } }]);
  });

  it("finds keys and values", () => {
    const text = '{ "a": [ { "b": 12 } ] }';
    const { tree } = parseJson(text);
    const at = (where: "key" | "value"): string => {
      const range = tree && locate(tree, ["a", 0, "b"], where);
      return text.slice(range?.start, range?.end);
    };
    expect(at("key")).toBe('"b"');
    expect(at("value")).toBe("12");
  });

  it("reports a key that stands twice", () => {
    expect(parseJson('{"a": {"b": 1, "b": 2}}').problems).toMatchObject([{ code: "GW0106", path: ["a", "b"] }]);
  });

  it("survives nesting without end", () => {
    expect(parseJson("[".repeat(100_000)).problems).toMatchObject([{ code: "GW0107" }]);
  });
});
