import { describe, expect, it } from "vitest";
import { readJson } from "../../../src/policies/transform/json.ts";
import { numeric, typed } from "../../../src/policies/transform/scalars.ts";

describe("what texts of XML are in JSON", () => {
  it.each([
    ["0", 0],
    ["7", 7],
    ["-7", -7],
    ["9.9", 9.9],
    ["0.1", 0.1],
    ["9007199254740991", 9_007_199_254_740_991],
    ["true", true],
    ["false", false],
  ])("%s has a type", (text, value) => {
    expect(typed(text)).toBe(value);
  });

  it.each([
    "",
    "007",
    "1e5",
    " 1",
    "1 ",
    "+1",
    "-0",
    ".5",
    "5.",
    "9.90",
    "1.0",
    "0x10",
    "1,5",
    "9007199254740993",
    "12345678901234567890",
    "0.10000000000000000555",
    "NaN",
    "Infinity",
    "True",
    "null",
  ])("%j stays a text", (text) => {
    expect(typed(text)).toBe(text);
  });

  it.each([
    ["9.90", 9.9],
    ["007", 7],
    [" 1e5\n", 100_000],
    ["+1", 1],
    ["9007199254740993", "9007199254740993"],
    ["1e999", "1e999"],
    ["9,90", "9,90"],
    ["", ""],
    ["0x10", "0x10"],
  ])("%j is a number where it is said to be one", (text, value) => {
    expect(numeric(text)).toBe(value);
  });
});

describe("JSON", () => {
  it.each([
    ['{"id":12345678901234567890}', { id: "12345678901234567890" }],
    ['{"id":-9007199254740993,"n":[9007199254740992]}', { id: "-9007199254740993", n: [9_007_199_254_740_992] }],
    ['{"a":"9007199254740993","b\\"":1e400}', { a: "9007199254740993", 'b"': "1e400" }],
    ['{"a":0.1000000000000000055,"b":1E5,"c":1e-999}', { a: 0.1, b: 100_000, c: 0 }],
    ['[1e21,"\\\\",12345678901234567890]', [1e21, "\\", "12345678901234567890"]],
  ])("%s loses no digit of an integer", (text, value) => {
    expect(readJson(text)).toEqual(value);
  });

  it.each(["", "{", "{a:1}", "[1,]", "01", "'a'", "nul", '{"a":1}}', "undefined", "9007199254740993x", '"a'])(
    "%j is not JSON",
    (text) => {
      expect(() => readJson(text)).toThrow(/^is not JSON/);
    },
  );

  it("says where, and repeats nothing of the body", () => {
    expect(() => readJson('{"password" secret}')).toThrow(/^is not JSON \(at character 13\)$/);
  });

  it("is refused where it is nested too deep, however long it goes on", () => {
    expect(() => readJson("[".repeat(1_000_000))).toThrow("is nested more than 64 deep");
    expect(() => readJson('{"a":'.repeat(65))).toThrow("is nested more than 64 deep");
    expect(readJson(`${"[".repeat(64)}${"]".repeat(64)}`)).toBeDefined();
    expect(readJson(`"${"[".repeat(100)}"`)).toBe("[".repeat(100));
  });
});
