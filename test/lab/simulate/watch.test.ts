import { describe, expect, it } from "vitest";
import { simulate } from "../../../src/lab/simulate/simulate.ts";

describe("a run that is watched", () => {
  it("is cut into intervals of equal numbers of arrivals, the same for every algorithm", async () => {
    const { results } = await simulate({ requests: 40_000, algorithms: ["round-robin", "p2c"] });
    const [first, second] = results.map(({ timeline }) => timeline);
    expect(first?.bounds.length).toBe(61);
    expect(second?.bounds).toEqual(first?.bounds);
    expect(first?.bounds).toEqual(first?.bounds.toSorted((a, b) => a - b));
    for (const values of [first?.throughput, first?.mean, first?.p50, first?.p99, first?.errors, first?.inFlight]) {
      expect(values?.length).toBe(60);
    }
    // The first tenth of the arrivals.
    expect(first?.warmupMs).toBeGreaterThan(first?.bounds[5] ?? 0);
    expect(first?.warmupMs).toBeLessThan(first?.bounds[7] ?? 0);
  });

  it("agrees with what is measured otherwise: answers a second, and Little's law", async () => {
    const options = { scenario: "uniform", load: 0.5, requests: 60_000, replications: 1, algorithms: ["random"] };
    const { results } = await simulate(options);
    const [result] = results;
    const { bounds = [], throughput = [], inFlight = [] } = result?.timeline ?? {};
    const end = bounds.at(-1) ?? 1;
    const average = (values: readonly number[]) =>
      values.reduce((sum, value, i) => sum + value * ((bounds[i + 1] ?? 0) - (bounds[i] ?? 0)), 0) / end;
    expect(average(throughput) / (result?.throughput ?? 0)).toBeCloseTo(1, 1);
    const little = ((result?.throughput ?? 0) / 1000) * (result?.responseTime.mean ?? 0);
    expect(Math.abs(average(inFlight) / little - 1)).toBeLessThan(0.1);
    const byEndpoint = result?.endpointLoads?.map((load) => average(load.inFlight ?? [])) ?? [];
    expect(byEndpoint.reduce((sum, value) => sum + value, 0)).toBeCloseTo(average(inFlight), 0);
  });

  it("has queues that grow where an endpoint is given more than it can do", async () => {
    const { results } = await simulate({ requests: 20_000, algorithms: ["first"] });
    const { inFlight } = results[0]?.endpointLoads?.[0] ?? {};
    expect(inFlight?.at(-1)).toBeGreaterThan(5 * (inFlight?.[5] ?? 0));
    expect(results[0]?.endpointLoads?.[1]?.inFlight?.every((value) => value === 0)).toBe(true);
  });

  it("shows crashes and what failed where endpoints live", async () => {
    const { results } = await simulate({ scenario: "flapping", requests: 16_000, algorithms: ["round-robin"] });
    const { timeline, endpointLoads } = results[0] ?? {};
    expect(timeline?.bounds.length).toBe(61);
    expect(endpointLoads?.length).toBe(10);
    expect(Math.max(...(timeline?.inFlight ?? []))).toBeGreaterThan(0);
  });

  it("may be short: fewer intervals, and none that is empty by force", async () => {
    const { results } = await simulate({ requests: 160, algorithms: ["p2c"] });
    expect(results[0]?.timeline?.bounds.length).toBe(2);
  });

  it("costs no more for a hundred times as many requests, and for a thousand endpoints", async () => {
    const size = async (requests: number, scenario: string) => {
      const { results } = await simulate({ requests, scenario, replications: 1, algorithms: ["p2c"] });
      const { timeline, distribution, endpointLoads } = results[0] ?? {};
      return JSON.stringify([timeline, distribution, endpointLoads]).length;
    };
    expect(await size(200_000, "uniform")).toBeLessThan(12_000);
    expect(await size(20_000, "thousand")).toBeLessThan(24_000);
  });
});
