import { describe, expect, it } from "vitest";
import { pairedInterval } from "../../../src/lab/report/paired.ts";
import { createRng, nextFloat } from "../../../src/shared/rng.ts";

describe("paired interval", () => {
  it("is the textbook's for three pairs", () => {
    // Differences 1, 2, 3: mean 2, deviation 1, t(2) = 4.303: 2 ± 4.303 / sqrt(3).
    const { mean, low, high } = pairedInterval([10, 20, 30], [11, 22, 33]);
    expect(mean).toBe(2);
    expect(low).toBeCloseTo(2 - 4.303 / Math.sqrt(3), 10);
    expect(high).toBeCloseTo(2 + 4.303 / Math.sqrt(3), 10);
  });

  it("has no width where all pairs differ alike, whatever they have in common", () => {
    expect(pairedInterval([1, 100, 10_000], [3, 102, 10_002])).toEqual({ mean: 2, low: 2, high: 2 });
  });

  it("says nothing of a single pair", () => {
    expect(pairedInterval([1], [2])).toEqual({ mean: 1, low: -Infinity, high: Infinity });
  });

  it("holds the true difference in 95 of 100 experiments", () => {
    const rng = createRng("coverage");
    const noise = () => nextFloat(rng) + nextFloat(rng) + nextFloat(rng) - 1.5;
    let held = 0;
    for (let experiment = 0; experiment < 4000; experiment++) {
      const a = Array.from({ length: 5 }, noise);
      const { low, high } = pairedInterval(
        a,
        a.map((value) => value + 1 + noise()),
      );
      if (low <= 1 && high >= 1) held++;
    }
    // Binomial: deviation sqrt(0.95 × 0.05 / 4000) = 0.34 points; four of them, and a little for noise that is not normal.
    expect(held / 4000).toBeGreaterThan(0.93);
    expect(held / 4000).toBeLessThan(0.97);
  });
});
