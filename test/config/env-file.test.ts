import { describe, expect, it } from "vitest";
import { parseEnvFile } from "../../src/config/env-file.ts";

describe("parseEnvFile", () => {
  it.each<[line: string, value: string]>([
    ["A=1", "1"],
    ["export A=1", "1"],
    ["  A = 1  ", "1"],
    ["A=", ""],
    ["A=a b # comment", "a b"],
    ["A=a#b", "a#b"],
    ["A=#b", ""],
    ["A='a # b'", "a # b"],
    ["A='\\n'", "\\n"],
    ['A="a # b" # comment', "a # b"],
    ['A="a\\nb\\t\\"c\\" \\$x \\\\"', 'a\nb\t"c" $x \\'],
    ["A=a=b", "a=b"],
    ["A=${B}", "${B}"],
    ["A=1\nA=2", "2"],
    ["\uFEFFA=1\r", "1"],
  ])("%j gives %j", (line, value) => {
    expect(parseEnvFile(line)).toEqual({ values: { A: value }, badLines: [] });
  });

  it("skips empty lines and comments", () => {
    expect(parseEnvFile("\n# A=1\n   \n")).toEqual({ values: {}, badLines: [] });
  });

  it("tells which lines it could not read", () => {
    expect(parseEnvFile("A=1\nnot a line\nB=\"open\n2C=3\nD='open\n").badLines).toEqual([2, 3, 4, 5]);
  });

  it("takes __proto__ for a name like any other", () => {
    const { values } = parseEnvFile("__proto__=1\n");
    expect(Object.getOwnPropertyDescriptor(values, "__proto__")?.value).toBe("1");
  });
});
