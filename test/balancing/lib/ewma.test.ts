import { describe, expect, it } from "vitest";
import { decayed, movingMean, movingPeak } from "../../../src/balancing/lib/ewma.ts";

const HALF = Math.log(2) * 1000; // with a time constant of 1000 ms, the time after which half is left

describe("decayed", () => {
  it("leaves 1/e after the time constant and half after ln 2 of it", () => {
    expect(decayed(100, 1000, 1000)).toBeCloseTo(36.787944117144235, 12);
    expect(decayed(100, HALF, 1000)).toBeCloseTo(50, 12);
  });

  it("changes nothing without elapsed time, or with a clock that seems to run back", () => {
    expect(decayed(100, 0, 1000)).toBe(100);
    expect(decayed(100, -5, 1000)).toBe(100);
  });
});

describe("movingMean", () => {
  it("begins with the first sample", () => {
    expect(movingMean(0, 42, 0, 1000)).toBe(42);
  });

  it("is halfway to the sample after ln 2 of the time constant", () => {
    expect(movingMean(100, 200, HALF, 1000)).toBeCloseTo(150, 10);
  });

  it("goes by time, not by the number of samples: two steps of t equal one of 2t", () => {
    const twice = movingMean(movingMean(100, 10, 300, 1000), 10, 300, 1000);
    expect(twice).toBeCloseTo(movingMean(100, 10, 600, 1000), 10);
  });
});

describe("movingPeak", () => {
  it("takes a peak at once", () => {
    expect(movingPeak(10, 500, 0, 1000)).toBe(500);
  });

  it("comes down only as fast as the mean", () => {
    expect(movingPeak(500, 100, HALF, 1000)).toBeCloseTo(300, 10);
    expect(movingPeak(500, 100, 0, 1000)).toBe(500);
  });
});
