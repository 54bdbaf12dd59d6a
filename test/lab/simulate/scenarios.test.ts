import { describe, expect, it } from "vitest";
import { LIVE_RETRY } from "../../../src/lab/simulate/scenarios/live-retry.ts";
import { SCENARIOS } from "../../../src/lab/simulate/scenarios/index.ts";
import { simulate } from "../../../src/lab/simulate/simulate.ts";
import { retrySchema } from "../../../src/upstream/schema/retry.ts";

/** The verdict on three that everybody knows, of which at least one must lose. */
async function leaders(scenario: string, algorithms: readonly string[]): Promise<readonly string[]> {
  const { verdict } = await simulate({ scenario, algorithms });
  return verdict.leaders;
}

describe("the named scenarios", () => {
  it("have a name each, and the one of their file", () => {
    expect(SCENARIOS.map(({ name }) => name).toSorted()).toEqual([
      "burst",
      "cold-start",
      "flapping",
      "heavy-tail",
      "heterogeneous",
      "hot-key",
      "long-lived",
      "one-slow",
      "thousand",
      "uniform",
    ]);
  });

  it("try again as the live gateway does by default", () => {
    expect(LIVE_RETRY).toEqual(retrySchema.parse(undefined));
  });

  it("answer every request while endpoints flap, by retries", async () => {
    const { results } = await simulate({ scenario: "flapping", algorithms: ["round-robin"], requests: 20_000 });
    expect(results[0]?.errors).toBeLessThan(5);
    expect(results[0]?.endpoints[9]?.requests).toBeLessThan(0.95 * (results[0]?.endpoints[0]?.requests ?? 0));
  });

  it("tell those that count from those that do not", async () => {
    expect(await leaders("flapping", ["round-robin", "random", "least-conn"])).toEqual(["least-conn"]);
    expect(await leaders("cold-start", ["round-robin", "p2c"])).toEqual(["p2c"]);
    expect(await leaders("burst", ["random", "least-conn"])).toEqual(["least-conn"]);
    expect(await leaders("long-lived", ["random", "p2c"])).toEqual(["p2c"]);
  });

  it("take nothing for better that is 1 % apart: connections open at once under both", async () => {
    expect(await leaders("long-lived", ["round-robin", "least-conn"])).toHaveLength(2);
  });
});
