import { describe, expect, it } from "vitest";
import { jainIndex } from "../../../src/lab/report/fairness.ts";

describe("Jain's index", () => {
  it.each([
    { shares: [5, 5, 5, 5], index: 1, why: "all are equal" },
    { shares: [9, 0, 0, 0], index: 0.25, why: "one of four has all" },
    { shares: [7, 7, 0, 0], index: 0.5, why: "half of them have all" },
    { shares: [1, 3], index: 16 / 20, why: "(1 + 3)² ÷ (2 × (1 + 9))" },
    { shares: [0, 0], index: 1, why: "there is nothing to share" },
    { shares: [], index: 1, why: "there is nobody" },
  ])("is $index where $why", ({ shares, index }) => {
    expect(jainIndex(shares)).toBeCloseTo(index, 12);
  });

  it("does not depend on the unit", () => {
    expect(jainIndex([1, 2, 3])).toBeCloseTo(jainIndex([1000, 2000, 3000]), 12);
  });
});
