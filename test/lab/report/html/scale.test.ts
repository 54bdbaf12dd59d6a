import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linearScale, logScale, ninesScale, type Scale } from "../../../../src/lab/report/html/scale.ts";

const values = (scale: Scale): number[] => scale.ticks.map(({ value }) => value);

describe("a scale by factors", () => {
  it("goes from a round number to a round one, with the powers of ten, and what is between where there is room", () => {
    expect(values(logScale(1.3, 900))).toEqual([1, 10, 100, 1000]);
    expect(values(logScale(50, 460))).toEqual([50, 100, 200, 500]);
    expect(values(logScale(20, 460))).toEqual([30, 100, 300]);
    const scale = logScale(1, 1000);
    expect([scale.at(1), scale.at(1000), scale.at(0)]).toEqual([0, 1, 0]);
    expect(scale.at(10)).toBeCloseTo(1 / 3, 9);
    expect(scale.at(10_000)).toBeGreaterThan(1);
  });

  it("has some ticks, inside of it, whatever is measured", () => {
    const time = fc.double({ min: 1e-4, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(time, time, (a, b) => {
        const scale = logScale(Math.min(a, b), Math.max(a, b));
        expect(scale.ticks.length).toBeGreaterThan(0);
        expect(scale.ticks.length).toBeLessThan(16);
        for (const { at } of scale.ticks) expect(at).toSatisfy((part: number) => part >= -1e-9 && part <= 1 + 1e-9);
        expect(scale.at(Math.max(a, b))).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
    expect(logScale(0, 0).ticks.length).toBeGreaterThan(0);
  });
});

describe("an even scale", () => {
  it("goes from 0 to the next round number", () => {
    expect(values(linearScale(750))).toEqual([0, 200, 400, 600, 800]);
    expect(values(linearScale(1))).toEqual([0, 0.5, 1]);
    expect(values(linearScale(0.3))).toEqual([0, 0.1, 0.2, 0.3]);
    expect(linearScale(0).ticks.length).toBeGreaterThan(1);
  });
});

describe("a scale of nines", () => {
  it("sets 90, 99 and 99.9 % at even distances", () => {
    const scale = ninesScale(4);
    expect(values(scale)).toEqual([0, 50, 90, 99, 99.9, 99.99]);
    expect([0, 90, 99, 99.9, 100].map((percent) => Number(scale.at(percent).toFixed(6)))).toEqual([
      0, 0.25, 0.5, 0.75, 1,
    ]);
  });
});
