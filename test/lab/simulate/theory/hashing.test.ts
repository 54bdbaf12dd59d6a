import { describe, expect, it } from "vitest";
import { meanLargestBin, ringShareDeviation } from "../../../../src/lab/simulate/theory/hashing.ts";

describe("the largest of bins", () => {
  it("is what counting all ways gives", () => {
    // Two balls in two bins: together in 2 of 4 ways (largest 2), else apart (largest 1): 1.5.
    expect(meanLargestBin(2, 2)).toBeCloseTo(1.5, 9);
    // Three in three: 3 of 27 ways all together, 6 each in its own, 18 two and one: (3·3 + 6·1 + 18·2) / 27.
    expect(meanLargestBin(3, 3)).toBeCloseTo(51 / 27, 9);
    // Four in two: 2 of 16 ways 4, 8 ways 3, 6 ways 2.
    expect(meanLargestBin(4, 2)).toBeCloseTo((2 * 4 + 8 * 3 + 6 * 2) / 16, 9);
  });
});

describe("shares of a ring", () => {
  it("deviate as single arcs do with one point each", () => {
    // Two points cut the circle into arcs U and 1 - U, U uniform: deviation sqrt(1/12) of the mean 1/2.
    expect(ringShareDeviation(2, 1)).toBeCloseTo(Math.sqrt(1 / 12) / 0.5, 9);
  });

  it("deviate as 1 / sqrt(points) among many", () => {
    expect(ringShareDeviation(1000, 100)).toBeCloseTo(0.1, 3);
  });
});
