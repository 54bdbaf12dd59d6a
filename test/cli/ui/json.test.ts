import { describe, expect, it } from "vitest";
import { writeJson } from "../../../src/cli/ui/json.ts";

function written(document: object): string {
  let text = "";
  writeJson({ write: (part) => (text += part), isTTY: false, columns: 80, color: false }, document);
  return text;
}

describe("a JSON document", () => {
  it("has lists of numbers on one line, and everything else on lines of its own", () => {
    expect(written({ a: [1, -2.5, null, 1e21], b: ["x", 1], c: [], d: [[1], [2, 3]] })).toBe(`{
  "schemaVersion": 1,
  "a": [1, -2.5, null, 1e+21],
  "b": [
    "x",
    1
  ],
  "c": [],
  "d": [
    [1],
    [2, 3]
  ]
}
`);
  });

  it("keeps every value, whatever strings look like", () => {
    const document = { text: "[\n  1,\n  2\n]", numbers: [0, 1.5e-7], deep: [{ list: [3] }] };
    expect(JSON.parse(written(document))).toEqual({ schemaVersion: 1, ...document });
  });
});
