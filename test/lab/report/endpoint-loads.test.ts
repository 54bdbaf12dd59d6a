import { describe, expect, it } from "vitest";
import { endpointLoads } from "../../../src/lab/report/endpoint-loads.ts";
import type { EndpointResult } from "../../../src/lab/report/model.ts";

function endpointsWith(requests: readonly number[], speeds: readonly number[] = []): EndpointResult[] {
  const rest = { utilization: 0.5, offered: 0.5, weight: 1 };
  return requests.map((count, i) => ({ endpoint: `e${i}`, requests: count, speed: speeds[i] ?? 1, ...rest }));
}

describe("loads of endpoints", () => {
  it("set what each got beside what would be fair by its speed", () => {
    const loads = endpointLoads(endpointsWith([300, 100], [1, 3]), 2, (endpoint, interval) => endpoint * 10 + interval);
    expect(loads).toEqual([
      { endpoint: "e0", endpoints: 1, share: 0.75, fairShare: 0.25, inFlight: [0, 1] },
      { endpoint: "e1", endpoints: 1, share: 0.25, fairShare: 0.75, inFlight: [10, 11] },
    ]);
  });

  it("are the same few rows for a thousand endpoints: the busiest alone, the others in groups", () => {
    const loads = endpointLoads(endpointsWith(Array.from({ length: 1000 }, (_, i) => i)), 3, (endpoint) => endpoint);
    expect(loads.length).toBe(24);
    expect(loads.slice(0, 2).map(({ endpoint, endpoints }) => [endpoint, endpoints])).toEqual([
      ["e999", 1],
      ["e998", 1],
    ]);
    expect(loads.reduce((sum, { endpoints }) => sum + endpoints, 0)).toBe(1000);
    expect(loads.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 4);
    // Of a group the average, from the busiest on.
    const averages = loads.map(({ inFlight }) => inFlight?.[0] ?? 0);
    expect(averages).toEqual(averages.toSorted((a, b) => b - a));
  });

  it("say so where nobody knows what was there, and bear that nothing was sent", () => {
    expect(endpointLoads(endpointsWith([0, 0]), 5)).toMatchObject([
      { share: 0, inFlight: null },
      { share: 0, inFlight: null },
    ]);
  });
});
