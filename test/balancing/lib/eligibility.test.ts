import { describe, expect, it } from "vitest";
import { firstEligible, honouredExclude, isEligible } from "../../../src/balancing/lib/eligibility.ts";
import { candidate, requestFor, weighted } from "../support.ts";

describe("isEligible", () => {
  it.each([
    { name: "a weight above 0", weight: 0.001, exclude: undefined, eligible: true },
    { name: "weight 0", weight: 0, exclude: undefined, eligible: false },
    { name: "a negative weight", weight: -1, exclude: undefined, eligible: false },
    { name: "a weight that is no number", weight: Number.NaN, exclude: undefined, eligible: false },
    { name: "tried already", weight: 1, exclude: ["b", "a"], eligible: false },
    { name: "others tried already", weight: 1, exclude: ["b"], eligible: true },
  ])("$name: $eligible", ({ weight, exclude, eligible }) => {
    expect(isEligible(candidate("a", weight), exclude)).toBe(eligible);
  });
});

describe("firstEligible", () => {
  it("keeps the candidates' order", () => {
    expect(firstEligible(weighted({ a: 0, b: 1, c: 1, d: 1 }), ["b"])).toBe("c");
    expect(firstEligible(weighted({ a: 0 }), undefined)).toBeUndefined();
  });
});

describe("honouredExclude", () => {
  const members = weighted({ a: 1, b: 1, c: 0 });
  it.each([
    { name: "honours what leaves a candidate", exclude: ["a"], honoured: ["a"] },
    { name: "lifts what leaves only a candidate of weight 0", exclude: ["a", "b"], honoured: undefined },
    { name: "has none where none are asked for", exclude: undefined, honoured: undefined },
    { name: "takes an empty list for none", exclude: [], honoured: undefined },
  ])("$name", ({ exclude, honoured }) => {
    expect(honouredExclude(requestFor(members, undefined, exclude))).toEqual(honoured);
  });
});
