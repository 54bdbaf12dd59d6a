import { describe, expect, it } from "vitest";
import {
  type FamilyValues,
  lastingFamilies,
  mergeFamilies,
  writeFamilies,
} from "../../../src/telemetry/metrics/exposition.ts";
import { createLiveWindow, summarizeLive } from "../../../src/telemetry/metrics/live-window.ts";
import { createMetrics } from "../../../src/telemetry/metrics/metrics.ts";
import { finished } from "../exchanges.ts";
import { parseExposition } from "./exposition.ts";

const clock = { now: () => 0 };

function counted(...durations: number[]): readonly FamilyValues[] {
  const metrics = createMetrics(clock, clock);
  for (const durationMs of durations) metrics.count(finished({ durationMs }));
  // As between processes.
  return structuredClone(metrics.values());
}

describe("metrics of several processes", () => {
  it("add up, bucket by bucket, and are still well-formed", async () => {
    const text = await writeFamilies([counted(1, 3, 30), counted(), counted(3)]);
    const families = parseExposition(text);
    expect(families.get("gatewayctl_requests_total")?.samples.map(({ value }) => value)).toEqual([4]);
    const samples = families.get("gatewayctl_gateway_duration_seconds")?.samples ?? [];
    const bucket = (le: string) => samples.find(({ labels }) => labels["le"] === le)?.value;
    expect([bucket("0.001"), bucket("0.005"), bucket("0.025"), bucket("0.05"), bucket("+Inf")]).toEqual([
      1, 3, 3, 4, 4,
    ]);
    expect(samples.find(({ name }) => name.endsWith("_sum"))?.value).toBeCloseTo(0.037, 10);
  });

  it("are one process's where there is one", async () => {
    const families = parseExposition(await writeFamilies([counted(1, 2)]));
    expect(families.get("gatewayctl_requests_total")?.samples[0]?.value).toBe(2);
    expect(await writeFamilies([])).toBe("");
  });

  it("show disagreement on an endpoint's health as a share, and the earliest start", async () => {
    const gauge = (name: string, aggregator: FamilyValues["aggregator"], value: number): FamilyValues => ({
      name,
      help: "h",
      type: "gauge",
      aggregator,
      values: [{ labels: {}, value }],
    });
    const merged = await mergeFamilies([
      [gauge("healthy", "average", 1), gauge("start", "min", 20)],
      [gauge("healthy", "average", 0), gauge("start", "min", 10)],
    ]);
    expect(merged.map(({ values }) => values[0]?.value)).toEqual([0.5, 10]);
  });

  it("keep counters and histograms of a process that has ended, not its gauges", () => {
    const types = new Set(lastingFamilies(counted(1)).map(({ type }) => type));
    expect(types).toEqual(new Set(["counter", "histogram"]));
  });
});

describe("the live summary of several processes", () => {
  it("has the quantiles of all requests together, and counts what went before", () => {
    const [quick, slow] = [createLiveWindow(0), createLiveWindow(0)];
    for (let i = 0; i < 90; i++) quick.record(200, 1, 500);
    for (let i = 0; i < 10; i++) slow.record(500, 100, 500);
    const both = [quick.counts(1_000), slow.counts(1_000)].map((counts) => structuredClone(counts));
    const { p50Ms, p99Ms, ...counts } = summarizeLive(both, { requests: 1_000, errors: 5 });
    expect(counts).toEqual({ requests: 1_100, errors: 15, requestsPerSecond: 100 });
    // Half of them took 1 ms; of the slowest hundredth each took 100. Neither is a mean of the two processes' own.
    expect(p50Ms).toBeCloseTo(1, 1);
    expect(p99Ms).toBeCloseTo(100, -0.5);
  });
});
