import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editDistance, nearest } from "../../src/shared/nearest.ts";

describe("editDistance", () => {
  it.each([
    ["", "", 0],
    ["route", "route", 0],
    ["rout", "route", 1],
    ["routte", "route", 1],
    ["roste", "route", 1],
    ["ruote", "route", 1],
    ["", "abc", 3],
    ["kitten", "sitting", 3],
    // Optimal string alignment does not edit a swapped pair again, so this is 3 and not 2.
    ["ca", "abc", 3],
  ])("%s → %s takes %i", (a, b, expected) => {
    expect(editDistance(a, b)).toBe(expected);
  });

  it("is the same both ways, zero only for equals, and at most the longer length", () => {
    const word = fc.string({ maxLength: 8, unit: fc.constantFrom("a", "b", "c") });
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b);
        expect(distance).toBe(editDistance(b, a));
        expect(distance === 0).toBe(a === b);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
      }),
      { seed: 7 },
    );
  });
});

describe("nearest", () => {
  const commands = ["init", "up", "check", "routes", "route", "bench"];

  it.each([
    ["rotes", "routes"],
    ["ROUTE", "route"],
    ["chekc", "check"],
    ["benhc", "bench"],
    ["p", "up"],
    ["x", undefined],
    ["deploy", undefined],
    ["", undefined],
  ])("%s → %s", (word, expected) => {
    expect(nearest(word, commands)).toBe(expected);
  });

  it("takes the first of equally near ones, and nothing from nothing", () => {
    expect(nearest("cat", ["bat", "rat"])).toBe("bat");
    expect(nearest("cat", [])).toBeUndefined();
  });
});
