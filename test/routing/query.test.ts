import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { queryValue } from "../../src/routing/query.ts";

describe("queryValue", () => {
  it.each([
    { name: "a value", query: "a=1", expected: "1" },
    { name: "among others", query: "b=2&a=1&c", expected: "1" },
    { name: "the first", query: "a=1&a=2", expected: "1" },
    { name: "no value", query: "a", expected: "" },
    { name: "an empty value", query: "a=&a=1", expected: "" },
    { name: "a value with an equals sign", query: "a=b=c", expected: "b=c" },
    { name: "an encoded name", query: "%61=1", expected: "1" },
    { name: "plus and percent", query: "a=1+2%2B3", expected: "1 2+3" },
    { name: "a broken encoding stands for itself", query: "a=%zz+%41", expected: "%zz A" },
    { name: "octets that are not UTF-8 are replaced", query: "a=%ff", expected: "\ufffd" },
    { name: "empty pairs", query: "&&a=1&", expected: "1" },
    { name: "absent", query: "ab=1&ba=2", expected: undefined },
    { name: "no query", query: "", expected: undefined },
  ])("$name", ({ query, expected }) => expect(queryValue(query, "a")).toBe(expected));

  it("agrees with URLSearchParams", { timeout: 60_000 }, () => {
    const piece = fc.constantFrom("a", "b", "=", "&", "+", "%", "%61", "%2B", "%zz", "%ff", "%C3%A9", " ");
    const text = fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(text, fc.constantFrom("a", "b", "aa", "a b", "+", "%", "%zz", "%61", "é", ""), (query, name) => {
        expect(queryValue(query, name)).toBe(new URLSearchParams(query).get(name) ?? undefined);
      }),
      { numRuns: 20_000, seed: 5 },
    );
  });
});
