import { describe, expect, it } from "vitest";
import { distributionOf } from "../../../src/lab/report/distribution.ts";
import { createHistogram, percentile, recordValue } from "../../../src/shared/histogram.ts";

function histogramOf(values: Iterable<number>) {
  const histogram = createHistogram();
  for (const value of values) recordValue(histogram, value);
  return histogram;
}

describe("a distribution", () => {
  it("has points as dense in the tail as elsewhere, and ends with the maximum", () => {
    const histogram = histogramOf(Array.from({ length: 10_000 }, (_, i) => i + 1));
    const { percents, times } = distributionOf(histogram);
    // Four nines in ten thousand values, sixteen points each, and both ends.
    expect(percents.length).toBe(4 * 16 + 2);
    for (const percent of [0, 90, 99, 99.9, 100]) expect(percents).toContain(percent);
    expect(times[percents.indexOf(99)]).toBe(Math.round(percentile(histogram, 99) * 1e4) / 1e4);
    expect(times.at(-1)).toBe(10_000);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it("stays small however much is recorded", () => {
    const histogram = histogramOf([1, 2, 3]);
    histogram.counts[2000] = 1e12;
    histogram.count = 1e12;
    expect(distributionOf(histogram).percents.length).toBeLessThanOrEqual(98);
  });

  it("is empty where nothing was recorded, and the value where there is one", () => {
    expect(distributionOf(createHistogram())).toEqual({ percents: [], times: [], unit: "ms" });
    expect(distributionOf(histogramOf([5]))).toEqual({ percents: [0, 100], times: [5, 5], unit: "ms" });
  });
});
