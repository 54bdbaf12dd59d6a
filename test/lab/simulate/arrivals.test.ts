import { describe, expect, it } from "vitest";
import { parseArrivals } from "../../../src/lab/simulate/arrivals.ts";
import { createRng } from "../../../src/shared/rng.ts";

function gaps(spec: string, meanGapMs: number, count: number): Float64Array {
  const next = parseArrivals(spec).start(meanGapMs);
  const rng = createRng("arrivals");
  return Float64Array.from({ length: count }, () => next(rng));
}

function average(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Variance ÷ mean of the numbers of arrivals in windows of that length: 1 for Poisson. */
function dispersion(values: Float64Array, windowMs: number): number {
  const counts: number[] = [];
  let now = 0;
  for (const gap of values) {
    now += gap;
    const window = Math.floor(now / windowMs);
    counts[window] = (counts[window] ?? 0) + 1;
  }
  const whole = Array.from(counts.slice(0, -1), (count) => count ?? 0);
  const mean = whole.reduce((sum, count) => sum + count, 0) / whole.length;
  return whole.reduce((sum, count) => sum + (count - mean) ** 2, 0) / whole.length / mean;
}

describe("arrivals", () => {
  it("constant: every gap is the mean one", () => {
    expect([...gaps("constant", 2.5, 3)]).toEqual([2.5, 2.5, 2.5]);
  });

  it("trace: the gaps given, in their order, stretched to the mean", () => {
    expect([...gaps("trace:1ms,2ms,9ms", 8, 5)]).toEqual([2, 4, 18, 2, 4]);
    expect(() => parseArrivals("trace:1ms,soon")).toThrow('"soon" is no duration');
  });

  it("poisson: exponential gaps, whose counts scatter as much as their mean", () => {
    const values = gaps("poisson", 2, 400_000);
    // Relative standard error 1 / sqrt(400,000) = 0.16 %; four of them.
    expect(Math.abs(average(values) / 2 - 1)).toBeLessThan(0.0064);
    // 8,000 windows: the relative error of a variance is sqrt(2 / 8,000) = 1.6 %; four of them.
    expect(Math.abs(dispersion(values, 100) - 1)).toBeLessThan(0.064);
  });

  it("bursty: the same rate over all, in bursts as much faster as asked", () => {
    const values = gaps("bursty:5:20%:1s", 2, 2_000_000);
    // 4,000 s hold 800 cycles of 1 s burst and 4 s calm. The rate of a cycle depends on its share of burst, which
    // scatters by about 0.2; times (5 - 1) / 1.8 and over sqrt(800) cycles that is 1.6 %; three of them.
    expect(Math.abs(average(values) / 2 - 1)).toBeLessThan(0.048);
    // MMPP-2's index of dispersion grows with the window to
    // 1 + 2 p (1-p) (r1 - r0)² / (rate (a + b)), with a = 1/4000 and b = 1/1000 per ms, calm rate 0.5 / 1.8 per ms,
    // = 1 + 2 × 0.16 × (4 × 0.2778)² / (0.5 × 0.00125) = 633; windows of 1 s see part of it, Poisson's would be 1.
    expect(dispersion(values, 1000)).toBeGreaterThan(100);
    expect(dispersion(values, 1000)).toBeLessThan(633);
  });

  it("bursty alone has usual bursts", () => {
    expect(parseArrivals("bursty").spec).toBe("bursty:4:10%:500ms");
    expect(gaps("bursty", 1, 100)).toEqual(gaps("bursty:4:10%:500ms", 1, 100));
  });

  it.each([
    ["posson", "is not an arrival process: write poisson, constant, bursty[:FACTOR:SHARE:LENGTH]"],
    ["poisson:10", "has not the form poisson"],
    ["bursty:4", "has not the form bursty[:FACTOR:SHARE:LENGTH]"],
    ["bursty:1:10%:1s", '"1" must be a number above 1'],
    ["bursty:4:0%:1s", "above 0% and below 100%"],
    ["bursty:4:10%:fast", '"fast" is no duration'],
  ])('refuses "%s" and says why', (spec, message) => {
    expect(() => parseArrivals(spec)).toThrow(expect.objectContaining({ code: "GW0002" }));
    expect(() => parseArrivals(spec)).toThrow(message);
  });
});
