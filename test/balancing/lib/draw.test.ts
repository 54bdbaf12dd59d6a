import { describe, expect, it } from "vitest";
import { ceilingOf, drawWeighted, scanWeighted } from "../../../src/balancing/lib/draw.ts";
import { createRng } from "../../../src/shared/rng.ts";
import { candidate, chiSquare, fleet, tolerance, weighted } from "../support.ts";

const PICKS = 100_000;

function countDraws(count: number, draw: () => number): number[] {
  const counts: number[] = [];
  for (let i = 0; i < PICKS; i++) {
    const index = draw();
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return Array.from({ length: count }, (_, i) => counts[i] ?? 0);
}

describe("drawWeighted", () => {
  it.each([
    { name: "equal weights", weights: { a: 1, b: 1, c: 1, d: 1 } },
    { name: "unequal weights", weights: { a: 5, b: 1, c: 2, d: 0.5 } },
    { name: "weights so unequal that most draws are rejected", weights: { a: 1000, b: 1, c: 2, d: 3, e: 5, f: 7 } },
  ])("draws in proportion: $name", ({ weights }) => {
    const members = weighted(weights);
    const state = { ceiling: ceilingOf(members) };
    const rng = createRng(7);
    const counts = countDraws(members.length, () => drawWeighted(state, members, undefined, -1, rng));
    const total = members.reduce((sum, each) => sum + each.weight, 0);
    const expected = members.map((each) => (PICKS * each.weight) / total);
    const { statistic, critical } = chiSquare(counts, expected);
    expect(statistic).toBeLessThan(critical);
  });

  it("stays exact where one of a hundred is heavy and rejection gives up nine times in ten", () => {
    // Accepted with 0.01 · 1 + 0.99 · 0.001 = 1.1 % a try; 16 rejections in a row have probability 0.84.
    const members = [candidate("heavy", 1000), ...fleet(99)];
    const rng = createRng(8);
    const counts = countDraws(100, () => drawWeighted({ ceiling: 1000 }, members, undefined, -1, rng));
    const share = 1000 / 1099;
    expect(Math.abs(counts[0]! - PICKS * share)).toBeLessThan(tolerance(PICKS, share));
  });

  it("never draws the index it is told not to, and the rest in proportion", () => {
    const members = weighted({ a: 5, b: 1, c: 3 });
    const rng = createRng(9);
    const counts = countDraws(3, () => drawWeighted({ ceiling: 5 }, members, undefined, 0, rng));
    expect(counts[0]).toBe(0);
    expect(Math.abs(counts[1]! - PICKS / 4)).toBeLessThan(tolerance(PICKS, 1 / 4));
  });

  it("raises a ceiling that turns out too low, and is exact from then on", () => {
    const members = weighted({ a: 4, b: 1 });
    const state = { ceiling: 1 };
    const rng = createRng(10);
    drawWeighted(state, members, undefined, 1, rng);
    expect(state.ceiling).toBe(4);
    const counts = countDraws(2, () => drawWeighted(state, members, undefined, -1, rng));
    expect(Math.abs(counts[0]! - PICKS * 0.8)).toBeLessThan(tolerance(PICKS, 0.8));
  });

  it("draws nothing where there is nothing", () => {
    const rng = createRng(1);
    expect(drawWeighted({ ceiling: 1 }, [], undefined, -1, rng)).toBe(-1);
    expect(drawWeighted({ ceiling: 1 }, weighted({ a: 1 }), undefined, 0, rng)).toBe(-1);
    expect(drawWeighted({ ceiling: 1 }, weighted({ a: 1, b: 0 }), undefined, 0, rng)).toBe(-1);
    expect(drawWeighted({ ceiling: 1 }, weighted({ a: 1, b: 1 }), ["a", "b"], -1, rng)).toBe(-1);
  });
});

describe("scanWeighted", () => {
  it("draws in proportion", () => {
    const members = weighted({ a: 0, b: 2, c: 0.5, d: 7.5 });
    const rng = createRng(11);
    const counts = countDraws(4, () => scanWeighted(members, undefined, -1, rng));
    expect(counts[0]).toBe(0);
    const { statistic, critical } = chiSquare(counts.slice(1), [PICKS * 0.2, PICKS * 0.05, PICKS * 0.75]);
    expect(statistic).toBeLessThan(critical);
  });
});
