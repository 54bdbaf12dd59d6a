import { describe, expect, it } from "vitest";
import { latencyCost, loadBound, loadPerWeight } from "../../../src/balancing/lib/cost.ts";

describe("loadPerWeight", () => {
  it("is the quotient, so that equal ratios tie exactly", () => {
    expect(loadPerWeight(3, 2)).toBe(1.5);
    expect(loadPerWeight(1, 3)).toBe(loadPerWeight(7, 21));
  });
});

describe("latencyCost", () => {
  it.each([
    { name: "idle: the latency itself", latency: 20, inFlight: 0, weight: 1, cost: 20 },
    { name: "busy: one more wait for each in flight", latency: 20, inFlight: 3, weight: 1, cost: 80 },
    { name: "twice the weight: half the cost", latency: 20, inFlight: 3, weight: 2, cost: 40 },
    { name: "not measured, idle: free, to be probed", latency: 0, inFlight: 0, weight: 1, cost: 0 },
    { name: "not measured, probe under way: dearest", latency: 0, inFlight: 1, weight: 1, cost: 2e9 },
    { name: "not measured, two under way of weight 3", latency: 0, inFlight: 2, weight: 3, cost: 1e9 },
  ])("$name", ({ latency, inFlight, weight, cost }) => {
    expect(latencyCost(latency, inFlight, weight)).toBe(cost);
  });
});

describe("loadBound", () => {
  it.each([
    { name: "of the first of four is one", factor: 1.25, total: 1, weight: 1, totalWeight: 4, bound: 1 },
    { name: "is rounded up", factor: 1.25, total: 10, weight: 1, totalWeight: 4, bound: 4 },
    { name: "goes with weight", factor: 1.25, total: 10, weight: 3, totalWeight: 6, bound: 7 },
    { name: "of a lone endpoint exceeds the total", factor: 1.25, total: 8, weight: 1, totalWeight: 1, bound: 10 },
  ])("$name", ({ factor, total, weight, totalWeight, bound }) => {
    expect(loadBound(factor, total, weight, totalWeight)).toBe(bound);
  });
});
