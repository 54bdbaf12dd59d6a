import { describe, expect, it } from "vitest";
import { parseServiceTime, SERVICE_TIME_FORMS } from "../../../src/lab/simulate/service-times.ts";
import { createRng } from "../../../src/shared/rng.ts";

const DRAWS = 400_000;

function draws(spec: string): { meanMs: number; values: Float64Array } {
  const { meanMs, sample } = parseServiceTime(spec);
  const rng = createRng("service");
  const values = Float64Array.from({ length: DRAWS }, () => sample(rng)).sort();
  return { meanMs, values };
}

function average(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe("service times", () => {
  it.each([
    // The relative standard error of the mean is (deviation ÷ mean) / sqrt(400,000); four of them are allowed.
    { spec: "exp:10ms", mean: 10, cv: 1 },
    { spec: "const:1.5s", mean: 1500, cv: 0 },
    { spec: "lognormal:10ms:1", mean: 10, cv: Math.sqrt(Math.E - 1) },
    // Pareto's variance: squared cv = 1 / (a (a - 2)).
    { spec: "pareto:10ms:4", mean: 10, cv: Math.sqrt(1 / 8) },
    // 0.95 × 5 + 0.05 × 100 = 9.75; variance 0.95 × 0.05 × 95².
    // 1, 2 and 9 ms: mean 4, variance (9 + 4 + 25) / 3.
    { spec: "empirical:1ms, 2ms,9ms", mean: 4, cv: Math.sqrt(38 / 3) / 4 },
    { spec: "bimodal:5ms:100ms:5%", mean: 9.75, cv: (Math.sqrt(0.95 * 0.05) * 95) / 9.75 },
  ])("$spec has the mean $mean ms that the load is reckoned with", ({ spec, mean, cv }) => {
    const { meanMs, values } = draws(spec);
    expect(meanMs).toBeCloseTo(mean, 10);
    expect(Math.abs(average(values) - mean) / mean).toBeLessThanOrEqual((4 * cv) / Math.sqrt(DRAWS) + 1e-9);
  });

  it("has the quantiles of its distribution", () => {
    // Exponential: P(X > x) = e^(-x/m). Pareto with a = 2.2: smallest m (a-1)/a, and P(X > x) = (smallest / x)^a.
    const at = (values: Float64Array, p: number) => values[Math.floor(p * DRAWS)] ?? 0;
    const exponential = draws("exp:10ms").values;
    expect(at(exponential, 0.5) / (10 * Math.LN2)).toBeCloseTo(1, 1);
    expect(at(exponential, 0.99) / (10 * Math.log(100))).toBeCloseTo(1, 1);
    const pareto = draws("pareto:10ms:2.2").values;
    const smallest = (10 * 1.2) / 2.2;
    expect(pareto[0]).toBeGreaterThanOrEqual(smallest);
    expect(at(pareto, 0.99) / (smallest * 100 ** (1 / 2.2))).toBeCloseTo(1, 1);
    const lognormal = draws("lognormal:10ms:1").values;
    expect(at(lognormal, 0.5) / (10 * Math.exp(-0.5))).toBeCloseTo(1, 1);
  });

  it("is slow as often as bimodal says", () => {
    const slow = draws("bimodal:5ms:100ms:5%").values.filter((value) => value === 100).length;
    // Binomial: deviation sqrt(0.05 × 0.95 / 400,000) = 0.034 percentage points; four of them.
    expect(Math.abs(slow / DRAWS - 0.05)).toBeLessThan(0.0014);
  });

  it.each([
    ["", "is not a service time: write exp:MEAN"],
    ["gauss:10ms", "is not a service time: write exp:MEAN, const:MEAN"],
    ["exp", "has not the form exp:MEAN"],
    ["exp:10ms:2", "has not the form exp:MEAN"],
    ["exp:10", '"10" is no duration such as 10ms'],
    ["exp:0ms", '"0ms" is no duration'],
    ["lognormal:10ms:0", '"0" must be a number above 0'],
    ["lognormal:10ms:", '"" must be a number above 0'],
    ["pareto:10ms:1", "the mean would be infinite"],
    ["bimodal:5ms:100ms:100%", "must be a share such as 5%"],
    ["bimodal:5ms:100ms:x", "must be a share such as 5%"],
    ["bimodal:50ms:5ms:5%", "SLOW must be longer than FAST"],
    ["toString:1ms", "is not a service time"],
  ])('refuses "%s" and says why', (spec, message) => {
    expect(() => parseServiceTime(spec)).toThrow(expect.objectContaining({ code: "GW0002" }));
    expect(() => parseServiceTime(spec)).toThrow(message);
  });

  it("names every form", () => {
    expect(() => parseServiceTime("?")).toThrow(Object.values(SERVICE_TIME_FORMS).join(", "));
  });
});
