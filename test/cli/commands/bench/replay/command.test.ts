import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { runCli } from "../../../../helpers/context.ts";
import { lineOf, synthesize } from "../../../../lab/replay/synthetic-record.ts";

const SETUP = { algorithm: "round-robin", requests: 3_000, meanMs: [10, 10, 16], concurrency: 1, gapMs: 6 };
const TEXT = `${synthesize(SETUP).lines.join("\n")}\n`;

const replay = (argv: readonly string[], text = TEXT, files: Record<string, string> = {}) =>
  runCli(["bench", "--replay", "traffic.ndjson", ...argv], {
    files: { "traffic.ndjson": text, ...files },
    columns: 100,
  });

const figure = z.number().nonnegative();
const interval = z.strictObject({ low: figure, high: figure }).nullable();
const figures = z.array(figure);
const gaps = z.array(figure.nullable());
const resultSchema = z.strictObject({
  algorithm: z.string(),
  requests: z.int(),
  errors: z.int(),
  throughput: figure,
  responseTime: z.strictObject({
    ...{ mean: figure, p50: figure, p90: figure, p99: figure, p999: figure, max: figure },
    unit: z.literal("ms"),
  }),
  p99Interval: interval,
  fairness: figure.max(1),
  maxQueue: z.int(),
  overloaded: z.array(z.string()),
  endpoints: z.array(
    z.strictObject({
      endpoint: z.string(),
      ...{ requests: z.int(), utilization: figure, offered: figure, speed: figure, weight: figure },
    }),
  ),
  distribution: z.strictObject({ percents: figures, times: figures, unit: z.literal("ms") }),
  timeline: z.strictObject({
    ...{ bounds: figures.max(61), warmupMs: z.literal(0), throughput: figures, errors: figures, inFlight: figures },
    ...{ mean: gaps, p50: gaps, p99: gaps },
  }),
  endpointLoads: z.array(
    z.strictObject({
      ...{ endpoint: z.string(), endpoints: z.int(), share: figure, fairShare: figure },
      inFlight: figures.nullable(),
    }),
  ),
});

/** What others build on: fields may be added, never renamed. */
const reportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  mode: z.literal("replay"),
  scenario: z.literal("users"),
  setup: z.strictObject({
    ...{ summary: z.string(), endpoints: z.int(), load: figure, serviceTime: z.string(), arrivals: z.string() },
    ...{ replications: z.int(), warmup: figure, service: z.string(), durationMs: figure },
    ...{ concurrency: z.int().nullable(), blocks: z.int() },
  }),
  seed: z.int(),
  requests: z.int(),
  results: z.array(resultSchema),
  verdict: z.looseObject({ winner: z.string().nullable(), reason: z.string(), leaders: z.array(z.string()) }),
  recorded: resultSchema,
  fit: z
    .strictObject({
      algorithm: z.string(),
      replayed: resultSchema.shape.responseTime,
      mean: z.number(),
      p99: z.number(),
      ok: z.boolean(),
    })
    .nullable(),
  notes: z.array(z.string()),
  cannotKnow: z.array(z.string()),
});

describe("bench --replay", () => {
  it("says what p99 was, what it would have been, how well that fits, and which line to change", async () => {
    const { exitCode, stdout } = await replay(["--algo", "least-conn,random"]);
    const text = stripVTControlCharacters(stdout).replaceAll(/\s+/g, " ");
    expect(exitCode).toBe(0);
    expect(text).toMatch(
      /On your recorded \d+ seconds \(3,000 requests to users over 3 endpoints\): p99 was [\d.]+ ms with round-robin; it would have been [\d.]+ ms \([\d.]+–[\d.]+\) with least-conn\./,
    );
    expect(text).toContain("round-robin (was in use)");
    expect(text).toContain("as recorded");
    expect(text).toMatch(/it is off by [+−][\d.]+ % in the mean and [+−][\d.]+ % in p99/);
    expect(text).toContain("What a replay cannot know");
    expect(text).toContain("services.users.algorithm was round-robin. To change it, write: algorithm: least-conn");
  });

  it("compares the algorithm that was in use with nothing but itself where it runs alone", async () => {
    const { stdout } = await replay(["--algo", "round-robin"]);
    const text = stripVTControlCharacters(stdout).replaceAll(/\s+/g, " ");
    expect(text).toMatch(/p99 was [\d.]+ ms with round-robin; replayed, it is [\d.]+ ms \([\d.]+–[\d.]+\)\./);
    expect(text).not.toContain("none of the others");
  });

  it("writes the report as page and table, with the command that makes them again", async () => {
    const { cwd } = await replay(["--algo", "least-conn", "--last", "90s", "--html", "r.html", "--csv", "r.csv"]);
    expect(readFileSync(join(cwd, "r.html"), "utf8")).toContain(
      "<code>gatewayctl bench --algo least-conn --replay traffic.ndjson --last 90s</code>",
    );
    expect(readFileSync(join(cwd, "r.csv"), "utf8")).toContain("\r\nrecorded,round-robin,,3000,");
  });

  it("fits a narrow terminal", async () => {
    const { stdout } = await runCli(["bench", "--replay", "traffic.ndjson"], {
      files: { "traffic.ndjson": TEXT },
      columns: 80,
    });
    for (const line of stripVTControlCharacters(stdout).split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it("prints the report as JSON, the same for the same seed, and compares with one of before", async () => {
    const first = await replay(["--json", "--algo", "least-conn"]);
    expect(reportSchema.parse(JSON.parse(first.stdout)).results.map(({ algorithm }) => algorithm)).toEqual([
      "least-conn",
      "round-robin",
    ]);
    expect((await replay(["--json", "--algo", "least-conn"])).stdout).toBe(first.stdout);
    const slower = `${synthesize({ ...SETUP, meanMs: [14, 14, 16] }).lines.join("\n")}\n`;
    const again = await replay(["--algo", "least-conn", "--compare", "before.json"], slower, {
      "before.json": first.stdout,
    });
    expect(again.exitCode).toBe(2);
    expect(again.stdout).toMatch(/least-conn .*worse/);
  });

  it("exits 2 where a limit is broken", async () => {
    const { exitCode, stderr } = await replay(["--algo", "least-conn", "--fail-if", "least-conn:p99>1ms"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("least-conn: least-conn:p99>1ms");
  });

  it("says in which line a record is wrong: GW0024, exit 65", async () => {
    const lines = TEXT.split("\n");
    lines[41] = "garbage";
    const { exitCode, stderr } = await replay([], lines.join("\n"));
    expect(exitCode).toBe(65);
    expect(stderr).toContain("GW0024  traffic.ndjson: line 42 is not JSON.");
  });

  it("wants a service named where there are several, and takes the end alone", async () => {
    const others = Array.from({ length: 40 }, (_, i) =>
      lineOf({ at: i * 10, took: 3, endpoint: `http://localhost:${5001 + (i % 2)}`, service: "orders" }),
    );
    const both = `${TEXT}${others.join("\n")}\n`;
    const unclear = await replay([], both);
    expect([unclear.exitCode, unclear.stderr]).toEqual([64, expect.stringContaining("Name one with --service.")]);
    const { stdout } = await replay(["--service", "users", "--last", "6s", "--json", "--algo", "p2c"], both);
    const { setup, requests } = reportSchema.parse(JSON.parse(stdout));
    expect(setup.durationMs).toBeLessThanOrEqual(6_000);
    expect(requests).toBeLessThan(1_500);
  });

  it.each([
    [["--live"], "--live has no use with --replay"],
    [["--requests", "1000"], "--requests has no use with --replay"],
    [["--load", "0.5"], "--load has no use with --replay"],
    [["--from-config", "users"], "--from-config has no use with --replay"],
    [["--last", "soon"], '--last takes a time such as 1h, not "soon"'],
    [["--algo", "best"], 'There is no algorithm "best"'],
  ])("refuses %j", async (argv, message) => {
    const { exitCode, stderr } = await replay(argv);
    expect([exitCode, stderr]).toEqual([64, expect.stringContaining(message)]);
  });

  it("belongs together with --last", async () => {
    const { exitCode, stderr } = await runCli(["bench", "--last", "1h"]);
    expect([exitCode, stderr]).toEqual([64, expect.stringContaining("--last belongs to --replay.")]);
  });
});
