import { describe, expect, it } from "vitest";
import {
  createHistogram,
  meanOf,
  mergeHistogram,
  percentile,
  recordValue,
  resetHistogram,
} from "../../src/shared/histogram.ts";
import { createRng, nextFloat } from "../../src/shared/rng.ts";

describe("histogram", () => {
  it("has no figures while it is empty", () => {
    const histogram = createHistogram();
    expect([histogram.count, meanOf(histogram), percentile(histogram, 50), histogram.max]).toEqual([0, 0, 0, 0]);
  });

  it("gives back a single value within 0.8 %, anywhere in its range", () => {
    for (let value = 0.001; value < 6e7; value *= 1.37) {
      const histogram = createHistogram();
      recordValue(histogram, value);
      recordValue(histogram, value * 4);
      const median = percentile(histogram, 50);
      expect(Math.abs(median - value) / value).toBeLessThanOrEqual(1 / 128);
    }
  });

  it("is exact for one value recorded many times, because nothing outside what was recorded is ever told", () => {
    const histogram = createHistogram();
    for (let i = 0; i < 1000; i++) recordValue(histogram, 10.1);
    expect([50, 90, 99, 99.9, 100].map((p) => percentile(histogram, p))).toEqual([10.1, 10.1, 10.1, 10.1, 10.1]);
  });

  it("agrees with the sorted values at every percentile", () => {
    const rng = createRng("histogram");
    const values = Array.from({ length: 50_000 }, () => -20 * Math.log(1 - nextFloat(rng)));
    const histogram = createHistogram();
    for (const value of values) recordValue(histogram, value);
    values.sort((a, b) => a - b);
    for (const percent of [1, 10, 50, 90, 99, 99.9]) {
      const expected = values[Math.ceil((percent / 100) * values.length) - 1] ?? 0;
      // A bucket's width, and as much again for the gap between two neighbours among the few largest values.
      expect(Math.abs(percentile(histogram, percent) - expected) / expected).toBeLessThan(2 / 128);
    }
    expect(percentile(histogram, 100)).toBe(values.at(-1));
    expect(percentile(histogram, 0)).toBe(values[0]);
  });

  it("keeps sum, mean and maximum exact", () => {
    const histogram = createHistogram();
    for (const value of [0.25, 3, 1000.5]) recordValue(histogram, value);
    expect(histogram.sum).toBe(1003.75);
    expect(meanOf(histogram)).toBe(1003.75 / 3);
    expect([histogram.min, histogram.max]).toEqual([0.25, 1000.5]);
  });

  it("counts what is outside the range, negative or not a number, and stays usable", () => {
    const histogram = createHistogram();
    for (const value of [0, -5, Number.NaN, 1e-9, 1e12]) recordValue(histogram, value);
    expect(histogram.count).toBe(5);
    expect(histogram.max).toBe(1e12);
    expect(histogram.min).toBe(0);
    expect(histogram.sum).toBe(1e12 + 1e-9);
    expect(percentile(histogram, 50)).toBeLessThan(0.001);
    expect(percentile(histogram, 100)).toBe(1e12);
  });

  it("merges as if everything had been recorded in one, and survives structuredClone", () => {
    const both = createHistogram();
    const left = createHistogram();
    const right = createHistogram();
    for (let i = 1; i <= 1000; i++) {
      recordValue(both, i);
      recordValue(i % 3 === 0 ? left : right, i);
    }
    mergeHistogram(left, structuredClone(right));
    expect(left).toEqual(both);
    mergeHistogram(left, createHistogram());
    expect(left).toEqual(both);
  });

  it("starts again after a reset", () => {
    const histogram = createHistogram();
    recordValue(histogram, 7);
    resetHistogram(histogram);
    expect(histogram).toEqual(createHistogram());
  });
});
