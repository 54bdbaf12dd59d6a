import { describe, expect, it } from "vitest";
import { ALGORITHM_NAMES } from "../../../src/balancing/index.ts";
import { type SimulateProgress, simulate } from "../../../src/lab/simulate/simulate.ts";

const QUICK = { requests: 4000, algorithms: ["round-robin", "p2c", "maglev"] } as const;

describe("simulate", () => {
  it("gives the same bytes for the same seed, and others for another", async () => {
    const first = JSON.stringify(await simulate({ ...QUICK, seed: 5 }));
    expect(JSON.stringify(await simulate({ ...QUICK, seed: 5 }))).toBe(first);
    expect(JSON.stringify(await simulate({ ...QUICK, seed: 6 }))).not.toBe(first);
  });

  it("gives an algorithm the same figures whoever runs beside it", async () => {
    const together = await simulate(QUICK);
    const alone = await simulate({ ...QUICK, algorithms: ["p2c"] });
    expect(alone.results[0]).toEqual(together.results[1]);
  });

  it("answers every request that it measures, under every algorithm", async () => {
    const { results } = await simulate({ requests: 4003 });
    expect(results.map((result) => result.algorithm)).toEqual([...ALGORITHM_NAMES]);
    for (const { requests, errors, endpoints } of results) {
      // Eight runs of 500 or 501 requests, less a tenth of each, rounded down: 50.
      expect(requests).toBe(4003 - 8 * 50);
      expect(errors).toBe(0);
      expect(endpoints.reduce((sum, endpoint) => sum + endpoint.requests, 0)).toBe(requests);
      expect(endpoints.length).toBe(10);
    }
  });

  it("puts the same work before every algorithm (common random numbers)", async () => {
    const { results } = await simulate({ ...QUICK, scenario: "heterogeneous" });
    const works = results.map(({ endpoints }) =>
      endpoints.reduce((sum, endpoint) => sum + endpoint.offered * endpoint.speed, 0),
    );
    // Rounded to four decimals, ten of them, times a speed of at most 4.
    for (const work of works) expect(Math.abs(work - (works[0] ?? 0))).toBeLessThan(0.002);
  });

  it("sees that round-robin overloads the small ones of different endpoints, and weights do not", async () => {
    const { results } = await simulate({
      scenario: "heterogeneous",
      algorithms: ["round-robin", "weighted-round-robin"],
      requests: 20_000,
    });
    // A tenth of the requests at load 0.8 × total speed 20: 1.6 times what an endpoint of speed 1 can do.
    expect(results[0]?.overloaded).toEqual(["endpoint-1", "endpoint-2", "endpoint-3", "endpoint-4"]);
    expect(results[0]?.endpoints[0]?.offered).toBeCloseTo(1.6, 1);
    expect(results[0]?.endpoints[0]?.utilization).toBeCloseTo(1, 2);
    expect(results[1]?.overloaded).toEqual([]);
    expect(results[1]?.fairness).toBeCloseTo(1, 3);
  });

  it("does not take chance for overload", async () => {
    const options = { scenario: "thousand", algorithms: ["round-robin"], requests: 20_000, replications: 1 };
    const { results } = await simulate(options);
    // 18 requests each at load 0.7: among a thousand, some are given half as much again, but none is overloaded.
    expect(Math.max(...(results[0]?.endpoints ?? []).map((endpoint) => endpoint.offered))).toBeGreaterThan(1.1);
    expect(results[0]?.overloaded).toEqual([]);
  });

  it("takes an algorithm's options, and a scenario of one's own", async () => {
    const report = await simulate({
      scenario: {
        name: "mine",
        summary: "two",
        purpose: "test",
        endpoints: [{ count: 2, speed: 1 }],
        load: 0.3,
        serviceTime: "const:10ms",
        arrivals: "constant",
        keys: { count: 1, skew: 0 },
        requests: 1000,
        replications: 2,
      },
      algorithms: [{ name: "first", options: { capacity: 1 } }],
    });
    expect(report.scenario).toBe("mine");
    // A request each 16.7 ms, done in 10: the first one is always free again.
    expect(report.results[0]?.endpoints.map((endpoint) => endpoint.requests)).toEqual([900, 0]);
    expect(report.results[0]?.responseTime).toMatchObject({ mean: 10, p99: 10, max: 10 });
  });

  it("names an algorithm once however often it is asked for", async () => {
    const { results } = await simulate({ ...QUICK, algorithms: ["p2c", "p2c"] });
    expect(results.length).toBe(1);
  });

  it("tells how far it has come, up to the end", async () => {
    const seen: SimulateProgress[] = [];
    await simulate({ ...QUICK, onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ algorithm: "maglev", done: 12_000, total: 12_000 });
    expect(seen.map(({ done }) => done)).toEqual(seen.map(({ done }) => done).toSorted((a, b) => a - b));
  });

  it("lets the event loop run on in between", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await simulate({ requests: 100_000, algorithms: ["random"] });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(0);
  });

  it.each([
    [{ algorithms: ["least-con"] }, 'There is no algorithm "least-con". Did you mean least-conn?'],
    [{ algorithms: ["zzzzzzzz"] }, 'There is no algorithm "zzzzzzzz". There are: round-robin,'],
    [{ algorithms: [] }, "No algorithm is named"],
    [{ scenario: "one-slwo" }, 'There is no scenario "one-slwo". Did you mean one-slow?'],
    [{ algorithms: [{ name: "first", options: { capacity: "x" } }] }, "The options of first cannot be used: capacity"],
    [{ replications: 0 }, "Replications must be a whole number"],
    [{ requests: 100 }, "from 1 to 5"],
  ])("refuses %j", async (options, message) => {
    const failed = simulate(options);
    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.toMatchObject({ code: "GW0002" });
  });
});
