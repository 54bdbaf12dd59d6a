import { describe, expect, it } from "vitest";
import type { BenchArgs } from "../../../../src/cli/commands/bench/args.ts";
import { benchLive } from "../../../../src/cli/commands/bench/live/command.ts";
import type { LiveArgs } from "../../../../src/cli/commands/bench/live/options.ts";
import { runSimulation } from "../../../../src/cli/commands/bench/run.ts";
import { serveBench } from "../../../../src/lab/live/bench-gateway.ts";
import type { LiveReport } from "../../../../src/lab/report/live-figures.ts";
import { createFakeContext } from "../../../helpers/context.ts";

const SHORT = { algo: "p2c", scenario: "uniform", endpoints: 2, serviceTime: "const:0.5ms" };

async function bench(args: BenchArgs & LiveArgs, files: Readonly<Record<string, string>> = {}) {
  const fake = createFakeContext({ columns: 100, files });
  const all = { live: true, rate: 1000, requests: 100, ...SHORT, ...args };
  const exitCode = await benchLive(fake.ctx, all, serveBench);
  return { exitCode, stdout: fake.stdout() };
}

/** The report of a run whose slowest took `factor` times as long: no two real ones differ by what a test could wait for. */
function slower(report: LiveReport, factor: number): string {
  const results = report.results.map((result) => {
    const { responseTime } = result;
    const p99 = responseTime.p99 * factor;
    const p99Interval = { low: p99 * 0.9, high: p99 * 1.1 };
    return { ...result, responseTime: { ...responseTime, p99 }, p99Interval };
  });
  return JSON.stringify({ ...report, results });
}

const saved = async (): Promise<LiveReport> => JSON.parse((await bench({ json: true })).stdout);

describe("bench --live --compare", () => {
  it("exits 2 where p99 has become worse, and 0 where it is better", async () => {
    const report = await saved();
    const files = { "fast.json": slower(report, 1e-4), "slow.json": slower(report, 1e4) };
    const worse = await bench({ compare: "fast.json" }, files);
    expect(worse.exitCode).toBe(2);
    expect(worse.stdout).toMatch(/p99 since the earlier run\np2c .* \+\d+\.\d % {2}worse\n$/);
    const better = await bench({ compare: "slow.json", json: true }, files);
    expect(better.exitCode).toBe(0);
    const { comparison } = JSON.parse(better.stdout);
    expect(comparison).toMatchObject({ differences: [], algorithms: [{ algorithm: "p2c", judgement: "better" }] });
  });

  it("says what was not the same, and that requests failed", async () => {
    const report = await saved();
    const other = { ...report.setup, rate: 10, connections: 1, load: null, serviceTime: null };
    const results = report.results.map((result) => ({ ...result, errors: result.requests / 2 }));
    const files = { "other.json": JSON.stringify({ ...report, setup: other, results }) };
    const { stdout } = await bench({ compare: "other.json" }, files);
    expect(stdout).toContain("failed 50 % → 0");
    expect(stdout.replaceAll("\n", " ")).toMatch(
      /Not the same conditions: rate 10, now 1000; connections 1, now 256; load unknown, now [\d.]+; service time unknown, now const:0\.5ms\./,
    );
  });

  it("takes an interval without a bound", async () => {
    const report = await saved();
    const results = report.results.map((result) => ({ ...result, p99Interval: { low: 0, high: null } }));
    const files = { "short.json": JSON.stringify({ ...report, results }) };
    expect((await bench({ compare: "short.json" }, files)).exitCode).toBe(0);
  });

  it("is refused with a simulation, and that with a live run", async () => {
    const fake = createFakeContext();
    await runSimulation(fake.ctx, { ...SHORT, requests: 400, json: true });
    const files = { "simulated.json": fake.stdout(), "live.json": JSON.stringify(await saved()) };
    await expect(bench({ compare: "simulated.json" }, files)).rejects.toThrow(
      "simulated.json is of a simulation, which a live run cannot be compared with: leave --live and --replay out.",
    );
    const other = createFakeContext({ files });
    await expect(runSimulation(other.ctx, { ...SHORT, requests: 400, compare: "live.json" })).rejects.toThrow(
      "live.json is of a live run, which a simulation cannot be compared with: add --live.",
    );
  });
});
