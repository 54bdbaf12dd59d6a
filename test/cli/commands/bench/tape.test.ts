import { describe, expect, it } from "vitest";
import { ALGORITHM_NAMES } from "../../../../src/balancing/index.ts";
import { benchCommand } from "../../../../src/cli/commands/bench.ts";
import { createFakeContext } from "../../../helpers/context.ts";

async function tape(args: Record<string, unknown>, files: Readonly<Record<string, string>> = {}) {
  const fake = createFakeContext({ files });
  const exitCode = await benchCommand.run(fake.ctx, { tape: true, ...args });
  return { exitCode, stdout: fake.stdout(), lines: fake.stdout().trimEnd().split("\n") };
}

const widest = (lines: readonly string[]): number => Math.max(...lines.map((line) => line.length));

describe("bench --tape", () => {
  it("prints each pick with candidates, scores and why", async () => {
    const { exitCode, stdout } = await tape({ algo: "p2c", endpoints: 3, requests: 2 });
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`p2c: one-slow, equal weights, but one endpoint is slower than the others
3 endpoints · load 70 % · service exp:10ms · arrivals poisson · seed 1 · the
first 2 requests

#1  56.00 ms  endpoint-2 was drawn first, and the two tie
  · endpoint-1  score 0  drawn second, 0 in flight
  ✓ endpoint-2  score 0  drawn first, 0 in flight: picked
  · endpoint-3  score 0  not drawn, 0 in flight

#2  56.66 ms  endpoint-1 was drawn first, and the two tie
  ✓ endpoint-1  score 0  drawn first, 0 in flight: picked
  · endpoint-2  score 1  not drawn, 1 in flight
  · endpoint-3  score 0  drawn second, 0 in flight

`);
  });

  it.each(ALGORITHM_NAMES)("fits 80 columns with %s", async (algo) => {
    const scenario = ["uniform", "heterogeneous"][algo.length % 2];
    expect(widest((await tape({ algo, scenario, endpoints: 6 })).lines)).toBeLessThanOrEqual(80);
  });

  it("is of 20 requests, or of 3 where there are several algorithms", async () => {
    const count = (stdout: string) => stdout.match(/^#\d+ {2}/gm)?.length;
    expect(count((await tape({ algo: "random" })).stdout)).toBe(20);
    expect(count((await tape({})).stdout)).toBe(3 * ALGORITHM_NAMES.length);
  });

  it("is the same for the same seed, and another for another", async () => {
    const first = await tape({ algo: "p2c,maglev", seed: 3, json: true });
    expect((await tape({ algo: "p2c,maglev", seed: 3, json: true })).stdout).toBe(first.stdout);
    expect((await tape({ algo: "p2c,maglev", seed: 4, json: true })).stdout).not.toBe(first.stdout);
  });

  it("is one JSON document a line: what picks are made with, and each pick", async () => {
    const { lines } = await tape({ algo: "bounded-load", endpoints: 2, requests: 1, json: true });
    const [header, pick] = lines.map((line) => JSON.parse(line));
    expect(lines).toHaveLength(2);
    expect(header).toEqual({
      schemaVersion: 1,
      type: "tape",
      algorithm: "bounded-load",
      options: { factor: 1.25, points: expect.any(Number) },
      scenario: "one-slow",
      seed: 1,
      picksSeed: "1/0/algorithm",
      slowStartMs: 0,
      members: ["endpoint-1", "endpoint-2"].map((endpoint) => ({ endpoint, weight: 1 })),
    });
    const idle = { weight: 1, inFlight: 0, latencyMs: 0, peakMs: 0, latencyAt: 0 };
    const candidate = (endpoint: string) => ({
      endpoint,
      ...idle,
      score: expect.any(Number),
      reason: expect.any(String),
    });
    expect(pick).toEqual({
      schemaVersion: 1,
      type: "pick",
      algorithm: "bounded-load",
      pick: 1,
      request: 1,
      attempt: 1,
      atMs: expect.any(Number),
      key: expect.any(String),
      exclude: [],
      picked: expect.stringMatching(/^endpoint-[12]$/),
      reason: expect.stringContaining("key"),
      candidates: [candidate("endpoint-1"), candidate("endpoint-2")],
      leftOut: [],
    });
  });

  it("says which try a pick is, and who was left out", async () => {
    const { stdout } = await tape({ algo: "round-robin", scenario: "flapping", requests: 1500 });
    expect(stdout).toMatch(/^#\d+, try 2 {2}/m);
    expect(stdout).toMatch(/^ {2}✗ endpoint-\d+ +unhealthy: connection refused$/m);
  });

  it("says where a request has been already", async () => {
    const mine = JSON.stringify({
      endpoints: [{ count: 2 }, { errors: "30%" }],
      gateway: { retry: { on: [503] } },
    });
    const { stdout } = await tape({ algo: "round-robin", scenario: "mine.json", requests: 60 }, { "mine.json": mine });
    expect(stdout).toMatch(/^#\d+, try 2 .*\n( {2}[·✓] .*\n){2} {2}✗ endpoint-3 {2}already tried$/m);
  });

  it("shows of very many endpoints those that matter", async () => {
    const { stdout } = await tape({ algo: "p2c", scenario: "thousand", requests: 1 });
    expect(stdout).toContain("and 988 more");
    expect(stdout).toContain("drawn first");
    expect(stdout).toContain("drawn second");
  });

  it("takes a service of the config, with the options that it has there", async () => {
    const config = `version: 1
services:
  users:
    endpoints: [{ url: http://localhost:4001, weight: 3 }, http://localhost:4002]
    algorithm: { name: first, capacity: 2 }
routes: [{ match: /, service: users }]
`;
    const { stdout } = await tape({ fromConfig: true, algo: "first", requests: 1 }, { "gateway.config.yaml": config });
    expect(stdout).toContain("✓ http://localhost:4001  weight 3  score 0  first with room, 0 of 6 in");
  });

  it("has no use for what judges figures", async () => {
    await expect(tape({ live: true })).rejects.toThrow("leave --live out");
    await expect(tape({ compare: "x.json" })).rejects.toThrow("leave --compare out");
    await expect(tape({ failIf: ["p99>1ms"] })).rejects.toThrow("leave --fail-if out");
    await expect(tape({ requests: 0 })).rejects.toThrow("from 1 on");
  });
});
