import { describe, expect, it } from "vitest";
import { editQuery, type QueryEdits } from "../../../src/policies/transform/query.ts";
import { fc } from "../../helpers/property.ts";

const NONE: QueryEdits = { remove: [], rename: new Map(), set: [], add: [] };

describe("editing a query", () => {
  it.each<[what: string, query: string, edits: Partial<QueryEdits>, edited: string]>([
    ["nothing", "a=1&&b&%zz=+", {}, "a=1&&b&%zz=+"],
    ["removes every one of a name, however it is encoded", "a=1&b=2&%61=3&a", { remove: ["a"] }, "b=2"],
    [
      "renames in place, and keeps the value's octets",
      "x=1&a=%7e+~&y",
      { rename: new Map([["a", "b c"]]) },
      "x=1&b%20c=%7e+~&y",
    ],
    ["renames what has no value", "a&b", { rename: new Map([["a", "c"]]) }, "c&b"],
    ["sets in the place of the first", "x=1&a=1&y=2&a=2", { set: [["a", "3"]] }, "x=1&a=3&y=2"],
    ["sets at the end what was not there", "x=1", { set: [["a", "3"]] }, "x=1&a=3"],
    ["sets where there was no query", "", { set: [["a", ""]] }, "a="],
    ["adds beside what is there", "a=1", { add: [["a", "2"]] }, "a=1&a=2"],
    [
      "encodes what it is given",
      "",
      { add: [["a&b", "1&admin=1#\r\n +é"]] },
      "a%26b=1%26admin%3D1%23%0D%0A%20%2B%C3%A9",
    ],
    [
      "removes, then renames, then sets",
      "a=1&b=2",
      { remove: ["b"], rename: new Map([["a", "b"]]), set: [["b", "3"]] },
      "b=3",
    ],
    ["leaves nothing over", "a=1", { remove: ["a"] }, ""],
    ["writes no half of a pair", "", { add: [["a", "\ud800"]] }, "a=%EF%BF%BD"],
  ])("%s", (_, query, edits, edited) => {
    expect(editQuery(query, { ...NONE, ...edits })).toBe(edited);
  });

  it("sets one parameter and changes no other, whatever it is given", () => {
    const part = fc.stringMatching(/^[a-z%0-9+=.]{0,6}$/);
    fc.assert(
      fc.property(fc.array(part), fc.string({ unit: "grapheme", minLength: 1 }), fc.string(), (parts, name, value) => {
        const edited = editQuery(parts.join("&"), { ...NONE, set: [[name, value]] });
        const before = [...new URLSearchParams(parts.join("&"))].filter(([one]) => one !== name);
        const after = [...new URLSearchParams(edited)];
        expect(after.filter(([one]) => one !== name)).toEqual(before);
        expect(after.filter(([one]) => one === name)).toEqual([[name, value]]);
      }),
    );
  });
});
