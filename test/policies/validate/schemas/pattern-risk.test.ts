import { describe, expect, it } from "vitest";
import { compilePattern, riskOf } from "../../../../src/policies/validate/schemas/pattern-risk.ts";
import { finishesWithin } from "../../../../src/policies/validate/schemas/timed-run.ts";

describe("what patterns could cost", () => {
  it.each<[pattern: string, exponent: number]>([
    ["^[a-z]{3}$", 0],
    ["^abc?$", 0],
    ["abc", 1],
    ["^[a-z]+$", 1],
    ["a+$", 2],
    ["^[^@]+@[^@]+\\.[^@]+$", 3],
    ["^(\\d{4})-(\\d{2})$", 0],
    ["^[a-z]{2,64}$", 1],
    ["^\\+\\*$", 0],
    ["^[+*]{1,3}$", 0],
    ["^(a+)+$", Number.POSITIVE_INFINITY],
    ["^([a-z]+-?)*$", Number.POSITIVE_INFINITY],
    ["^(a|a)*$", Number.POSITIVE_INFINITY],
    ["^((ab){1,20}){1,20}$", Number.POSITIVE_INFINITY],
    ["^(a{1,5})*$", 1],
    ["(.*)\\1", Number.POSITIVE_INFINITY],
  ])("%s has the exponent %s", (pattern, exponent) => {
    expect(riskOf(pattern).exponent).toBe(exponent);
  });

  it("is never less than what it is, for patterns that are known to run away", () => {
    const known = [
      "^(([a-z])+.)+[A-Z]([a-z])+$",
      "^(a|aa)+$",
      "^(.*?,){11}P",
      "^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*$",
    ];
    expect(known.map((pattern) => riskOf(pattern).exponent)).toEqual(known.map(() => Number.POSITIVE_INFINITY));
  });

  it("takes patterns that only the older kind allows", () => {
    expect(compilePattern("^\\p{L}$").test("é")).toBe(true);
    expect(compilePattern("^\\_$").test("_")).toBe(true);
    expect(() => compilePattern("(")).toThrow(SyntaxError);
  });
});

describe("work against the clock", () => {
  it("is given up inside a regular expression", () => {
    const begun = performance.now();
    expect(finishesWithin(20, () => void /^(a+)+$/.test(`${"a".repeat(50)}!`))).toBe(false);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  it("comes to its end, and says what went wrong in it", () => {
    let done = 0;
    expect(finishesWithin(5_000, () => void (done += 1))).toBe(true);
    expect(done).toBe(1);
    expect(() =>
      finishesWithin(5_000, () => {
        throw new RangeError("so");
      }),
    ).toThrow(RangeError);
  });
});
