import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ALGORITHM_NAMES } from "../../../src/balancing/index.ts";
import { benchCommand } from "../../../src/cli/commands/bench.ts";
import { ARRIVAL_FORMS } from "../../../src/lab/simulate/arrivals.ts";
import { SCENARIOS } from "../../../src/lab/simulate/scenarios/index.ts";
import { SERVICE_TIME_FORMS } from "../../../src/lab/simulate/service-times.ts";
import { createFakeContext, type FakeOptions } from "../../helpers/context.ts";

async function bench(args: Record<string, unknown>, options: FakeOptions = {}) {
  const fake = createFakeContext({ columns: 100, ...options });
  const exitCode = await benchCommand.run(fake.ctx, { requests: 4000, ...args });
  return { exitCode, stdout: fake.stdout(), stderr: fake.stderr() };
}

function option(flag: string) {
  const found = benchCommand.options?.find(({ flags }) => flags.startsWith(flag));
  if (found === undefined) throw new Error(flag);
  return found;
}

const count = z.int().nonnegative();
const figure = z.number().nonnegative();

/** The shape that DESIGN.md promises to those who build on it, and what was added to it. */
const reportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  mode: z.literal("simulate"),
  scenario: z.string(),
  setup: z.strictObject({
    summary: z.string(),
    endpoints: count,
    load: figure,
    serviceTime: z.string(),
    arrivals: z.string(),
    replications: count,
    warmup: figure,
  }),
  seed: count,
  requests: count,
  results: z.array(
    z.strictObject({
      algorithm: z.enum(ALGORITHM_NAMES),
      requests: count,
      errors: count,
      throughput: figure,
      responseTime: z.strictObject({
        mean: figure,
        p50: figure,
        p90: figure,
        p99: figure,
        p999: figure,
        max: figure,
        unit: z.literal("ms"),
      }),
      p99Interval: z.strictObject({ low: figure, high: figure }).nullable(),
      fairness: figure.max(1),
      maxQueue: count,
      overloaded: z.array(z.string()),
      endpoints: z.array(
        z.strictObject({
          endpoint: z.string(),
          requests: count,
          utilization: figure.max(1),
          offered: figure,
          speed: figure,
          weight: figure,
        }),
      ),
      distribution: z.strictObject({
        percents: z.array(figure.max(100)),
        times: z.array(figure),
        unit: z.literal("ms"),
      }),
      timeline: z.strictObject({
        bounds: z.array(figure),
        warmupMs: figure,
        throughput: z.array(figure),
        mean: z.array(figure.nullable()),
        p50: z.array(figure.nullable()),
        p99: z.array(figure.nullable()),
        errors: z.array(count),
        inFlight: z.array(figure),
      }),
      endpointLoads: z.array(
        z.strictObject({
          endpoint: z.string(),
          endpoints: count,
          share: figure.max(1),
          fairShare: figure.max(1),
          inFlight: z.array(figure),
        }),
      ),
    }),
  ),
  verdict: z.strictObject({
    winner: z.string().nullable(),
    confidence: figure.max(1),
    reason: z.string().min(10),
    metric: z.literal("p99"),
    decidedBy: z.enum(["p99", "failures"]),
    leaders: z.array(z.string()).min(1),
    comparisons: z.array(
      z.strictObject({ algorithm: z.string(), ratio: figure, low: figure, high: figure.nullable() }),
    ),
  }),
});

describe("bench --json", () => {
  it("prints one document of the promised shape, schemaVersion first, and nothing else", async () => {
    const { exitCode, stdout, stderr } = await bench({ json: true });
    expect(exitCode).toBe(0);
    expect(stderr).toBe("");
    expect(stdout.startsWith('{\n  "schemaVersion": 1,\n  "mode": "simulate"')).toBe(true);
    const report = reportSchema.parse(JSON.parse(stdout));
    expect(report.results.map((result) => result.algorithm)).toEqual([...ALGORITHM_NAMES]);
    expect([report.scenario, report.requests, report.seed]).toEqual(["one-slow", 4000, 1]);
    const { p50, p90, p99, p999, max } = report.results[0]?.responseTime ?? {};
    expect([p50, p90, p99, p999, max]).toEqual([p50, p90, p99, p999, max].toSorted((a, b) => Number(a) - Number(b)));
  });

  it("prints the same bytes for the same seed", async () => {
    const args = { json: true, algo: "p2c,maglev", seed: 42 };
    expect((await bench(args)).stdout).toBe((await bench(args)).stdout);
    expect((await bench({ ...args, seed: 43 })).stdout).not.toBe((await bench(args)).stdout);
  });

  it("says what was simulated, with every flag applied", async () => {
    const { stdout } = await bench({
      json: true,
      algo: " p2c , random ",
      scenario: "uniform",
      endpoints: 4,
      load: 0.5,
      serviceTime: "pareto:5ms:2.2",
      arrivals: "bursty",
      seed: 9,
    });
    const report = reportSchema.parse(JSON.parse(stdout));
    expect(report).toMatchObject({
      scenario: "uniform",
      seed: 9,
      setup: { endpoints: 4, load: 0.5, serviceTime: "pareto:5ms:2.2", arrivals: "bursty:4:10%:500ms" },
    });
    expect(report.results.map((result) => result.algorithm)).toEqual(["p2c", "random"]);
  });
});

describe("bench's table", () => {
  it("compares at 100 columns, the lowest p99 first", async () => {
    const { stdout } = await bench({ algo: "round-robin,least-conn,p2c,first", requests: 20_000 });
    expect(stdout).toMatchInlineSnapshot(`
      "one-slow  equal weights, but one endpoint is slower than the others
      10 endpoints · load 70 % · service exp:10ms · arrivals poisson · 20,000 requests · seed 1

      ┌─────────────┬───────┬───────┬───────┬───────┬───────┬───────┬───────┬───────┬────────────┐
      │ algorithm   │  mean │   p50 │   p90 │   p99 │ p99.9 │  fair │ req/s │ queue │ share      │
      ├─────────────┼───────┼───────┼───────┼───────┼───────┼───────┼───────┼───────┼────────────┤
      │ least-conn  │  11.7 │  8.28 │  26.7 │  53.2 │  82.5 │ 0.999 │   682 │     3 │ ▄▄▄▄▄▄▄▄▄▃ │
      │ p2c         │  17.0 │  12.7 │  38.1 │  71.2 │  98.0 │ 0.999 │   682 │     5 │ ▄▄▄▄▄▄▄▄▄▃ │
      │ round-robin │  23.5 │  14.4 │  53.7 │   150 │   244 │ 0.991 │   682 │    20 │ ▄▄▄▄▄▄▄▄▄▄ │
      │ first *     │ 11.7s │ 11.7s │ 19.4s │ 21.5s │ 22.2s │ 0.100 │   103 │  2178 │ █········· │
      └─────────────┴───────┴───────┴───────┴───────┴───────┴───────┴───────┴───────┴────────────┘

      Response times in ms. fair: 1 if each endpoint gets what it can do. share: requests of each
      endpoint; ▄ is an even share.

      * first gave some endpoints more work than they can do: queues grow for as long as the run lasts,
      and its figures with --requests.

      Winner: least-conn
      least-conn has the lowest p99: 25 % less than p2c, the next best (95 % sure: 21 % to 28 %). It gave
      endpoint-10, the slowest, 8.2 % of the requests; round-robin gave 10 %.
      "
    `);
  });

  it("shows one algorithm endpoint by endpoint", async () => {
    const { stdout } = await bench({ algo: "least-conn", endpoints: 3 }, { columns: 80 });
    expect(stdout).toMatchInlineSnapshot(`
      "one-slow  equal weights, but one endpoint is slower than the others
      3 endpoints · load 70 % · service exp:10ms · arrivals poisson · 4,000 requests ·
      seed 1

      ┌────────────┬──────┬──────┬──────┬──────┬───────┬───────┬───────┬───────┐
      │ algorithm  │ mean │  p50 │  p90 │  p99 │ p99.9 │  fair │ req/s │ share │
      ├────────────┼──────┼──────┼──────┼──────┼───────┼───────┼───────┼───────┤
      │ least-conn │ 15.9 │ 11.3 │ 36.7 │ 72.0 │  94.2 │ 0.999 │   189 │ ▄▄▃   │
      └────────────┴──────┴──────┴──────┴──────┴───────┴───────┴───────┴───────┘

      Response times in ms. fair: 1 if each endpoint gets what it can do. share:
      requests of each endpoint; ▄ is an even share.

      endpoint   speed weight requests  share busy                         
      ─────────────────────────────────────────────────────────────────────
      endpoint-1     1      1    1,292 35.9 % 63 % ████████████████████████
      endpoint-2     1      1    1,271 35.3 % 64 % ███████████████████████▋
      endpoint-3  0.75      1    1,037 28.8 % 72 % ███████████████████▎    

      to compare: gatewayctl bench --algo all
      "
    `);
  });

  it.each([80, 90, 100, 200])("is never wider than %d columns", async (columns) => {
    for (const args of [{}, { scenario: "thousand", algo: "p2c" }, { algo: "weighted-round-robin" }]) {
      const { stdout } = await bench(args, { columns });
      expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(columns);
    }
  });

  it("stands twelve bars for a thousand endpoints", async () => {
    const { stdout } = await bench({ scenario: "thousand", algo: "round-robin,p2c", requests: 20_000 });
    expect(stdout.replaceAll("\n", " ")).toContain(
      "requests of 12 of the 1000 endpoints, from the busiest to the idlest",
    );
    expect(stdout).toMatch(/round-robin .* [▃▄]{12} │/);
    expect(stdout).toMatch(/p2c .* [▁▂▃▄▅▆▇█]{12} │/);
  });

  it("marks what is best of a column where colours are taken, and only there", async () => {
    const args = { algo: "random,least-conn" };
    const plain = await bench(args);
    const colored = await bench(args, { color: true });
    expect(plain.stdout).not.toContain("\u001b");
    const bold = "\u001b[1m\u001b[32m";
    const row = (name: string) => colored.stdout.split("\n").find((line) => line.includes(` ${name} `)) ?? "";
    // mean, p50, p90, p99, p99.9 and fair at the least.
    expect(row("least-conn").split(bold).length - 1).toBeGreaterThanOrEqual(6);
    expect(row("random").split(bold).length - 1).toBeLessThanOrEqual(1);
    expect(stripVTControlCharacters(colored.stdout)).toBe(plain.stdout);
  });
});

describe("bench's progress", () => {
  const slow = () => {
    let now = 0;
    return { now: () => (now += 600) };
  };

  it("is one line on stderr that is wiped away, on a terminal and after a second", async () => {
    const { stdout, stderr } = await bench({ algo: "p2c" }, { tty: true, clock: slow() });
    expect(stderr).toMatch(/simulating p2c: 25 % of all/);
    expect(stderr.endsWith("\r\u001b[2K")).toBe(true);
    expect(stderr).not.toContain("\n");
    expect(stdout).not.toContain("simulating");
  });

  it.each([
    ["without a terminal", { tty: false, clock: slow() }],
    ["when asked to be quiet", { tty: true, quiet: true, clock: slow() }],
    ["in a short run", { tty: true, clock: { now: () => 0 } }],
  ])("is silent %s", async (_when, options) => {
    expect((await bench({ algo: "p2c" }, options)).stderr).toBe("");
  });

  it("is wiped away when the run fails", async () => {
    const fake = createFakeContext({ tty: true, clock: slow() });
    await expect(async () => benchCommand.run(fake.ctx, { algo: "p2c,nope" })).rejects.toThrow("There is no algorithm");
    expect(fake.stderr()).toBe("");
  });
});

describe("bench's usage errors", () => {
  it.each([
    [{ algo: "least-con" }, 'There is no algorithm "least-con". Did you mean least-conn?'],
    [{ algo: "," }, "No algorithm is named"],
    [{ scenario: "unifrom" }, 'There is no scenario "unifrom". Did you mean uniform?'],
    [{ load: 1.2 }, "more work arrives than all endpoints together can do"],
    [{ serviceTime: "exp" }, '"exp" has not the form exp:MEAN'],
    [{ arrivals: "often" }, '"often" is not an arrival process'],
  ])("refuses %j with GW0002", async (args, message) => {
    await expect(bench(args)).rejects.toThrow(message);
    await expect(bench(args)).rejects.toMatchObject({ code: "GW0002" });
  });

  it("reads numbers as people write them, and refuses what is none", () => {
    const requests = option("--requests");
    expect([requests.parse?.("5000"), requests.parse?.("1_000_000")]).toEqual([5000, 1_000_000]);
    for (const text of ["", "-5", "1.5", "many", "1__0"])
      expect(() => requests.parse?.(text)).toThrow("--requests takes");
    const load = option("--load");
    expect([load.parse?.("0.9"), load.parse?.("90%"), load.parse?.(".5")]).toEqual([0.9, 0.9, 0.5]);
    for (const text of ["", "ninety", "-1", "0.9x"]) expect(() => load.parse?.(text)).toThrow("--load takes");
  });
});

describe("bench's help", () => {
  it("tells every scenario and every form there is", () => {
    for (const { name, summary } of SCENARIOS)
      expect(benchCommand.description).toMatch(new RegExp(`${name} +${summary}\n`));
    for (const form of Object.values(SERVICE_TIME_FORMS)) expect(benchCommand.description).toContain(form);
    for (const name of Object.keys(ARRIVAL_FORMS)) expect(benchCommand.description).toContain(name);
    expect(option("--scenario").default).toBe(SCENARIOS[0]?.name);
  });
});
