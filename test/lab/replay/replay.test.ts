import { describe, expect, it } from "vitest";
import { replay } from "../../../src/lab/replay/replay.ts";
import type { ReplayReport } from "../../../src/lab/report/replay-figures.ts";
import { lineOf, quantileOf, recordFrom, synthesize, type SyntheticOptions } from "./synthetic-record.ts";

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Two endpoints as fast as each other and a slow one that round-robin does not quite overload. */
const ONE_SLOW = { requests: 8_000, meanMs: [10, 10, 16], concurrency: 1, gapMs: 6 } as const;

async function replayOf(setup: SyntheticOptions, algorithms?: readonly string[]): Promise<ReplayReport> {
  return replay(await recordFrom(synthesize(setup).lines), { algorithms });
}

const resultOf = ({ results }: ReplayReport, name: string) => {
  const found = results.find(({ algorithm }) => algorithm === name);
  if (found === undefined) throw new Error(name);
  return found;
};

describe("a replay", () => {
  it.each(["round-robin", "least-conn", "p2c"])("gives back what %s really did", async (algorithm) => {
    const truth = synthesize({ algorithm, ...ONE_SLOW });
    const report = await replay(await recordFrom(truth.lines), { algorithms: [algorithm] });
    const { responseTime } = resultOf(report, algorithm);
    // Where the algorithm draws lots, another draw: 5 % of the mean, 15 % of p99.
    expect(Math.abs(responseTime.mean / meanOf(truth.tookMs) - 1)).toBeLessThan(0.05);
    expect(Math.abs(responseTime.p99 / quantileOf(truth.tookMs, 99) - 1)).toBeLessThan(0.15);
    expect(report.fit).toMatchObject({ algorithm, ok: true });
    expect(report.recorded.responseTime.p99).toBeCloseTo(quantileOf(truth.tookMs, 99), -1);
  });

  it("says what another algorithm would have done: as it does when it really runs", async () => {
    const report = await replayOf({ algorithm: "round-robin", ...ONE_SLOW }, ["least-conn", "p2c", "random"]);
    for (const name of ["least-conn", "p2c"]) {
      const truth = synthesize({ algorithm: name, ...ONE_SLOW, seed: "another day" });
      const { mean, p99 } = resultOf(report, name).responseTime;
      expect(mean / meanOf(truth.tookMs), name).toBeGreaterThan(0.88);
      expect(mean / meanOf(truth.tookMs), name).toBeLessThan(1.12);
      expect(p99 / quantileOf(truth.tookMs, 99), name).toBeGreaterThan(0.8);
      expect(p99 / quantileOf(truth.tookMs, 99), name).toBeLessThan(1.2);
    }
    expect(report.verdict.winner).toBe("least-conn");
    expect(resultOf(report, "least-conn").p99Interval?.high).toBeLessThan(
      resultOf(report, "round-robin").p99Interval?.low ?? 0,
    );
  });

  it.each([1, 2, 4])("finds out that endpoints work on %i at once", async (concurrency) => {
    const setup = { requests: 6_000, meanMs: [10, 10, 16], concurrency, gapMs: 6 / concurrency };
    for (const algorithm of ["round-robin", "least-conn"]) {
      expect((await replayOf({ algorithm, ...setup }, [algorithm])).setup.concurrency).toBe(concurrency);
    }
  });

  it("assumes no waiting where the record shows none, and says so", async () => {
    const setup = { requests: 4_000, meanMs: [10, 10, 16], concurrency: Number.POSITIVE_INFINITY, gapMs: 2 };
    const report = await replayOf({ algorithm: "random", ...setup }, ["least-conn"]);
    expect(report.setup.concurrency).toBeNull();
    expect(report.notes.join(" ")).toContain("with no clear sign of waiting");
    expect(resultOf(report, "random").responseTime.mean).toBeCloseTo(report.recorded.responseTime.mean, 0);
  });

  it("warns of algorithms that pile up more than was ever seen where nothing holds them back", async () => {
    const setup = { requests: 2_000, meanMs: [10, 10, 10, 10], concurrency: Number.POSITIVE_INFINITY, gapMs: 1 };
    const report = await replayOf({ algorithm: "least-conn", ...setup, keys: 1 }, ["ip-hash"]);
    expect(report.notes.join(" ")).toMatch(/that were ever seen there: ip-hash \(\d+\)/);
    expect(report.notes.join(" ")).toContain("The requests have 1 key between them");
    expect(report.verdict.leaders).not.toContain("ip-hash");
    const usual = await replayOf({ algorithm: "least-conn", ...setup, keys: 1 });
    expect(usual.results.map(({ algorithm }) => algorithm)).not.toContain("consistent-hash");
    expect(usual.notes.join(" ")).toContain("are left out, unless --algo names them");
  });

  it("is the same again with the same seed, and has intervals around its figures", async () => {
    const record = await recordFrom(synthesize({ algorithm: "p2c", ...ONE_SLOW }).lines);
    const first = await replay(record, { seed: 3 });
    expect(await replay(record, { seed: 3 })).toEqual(first);
    expect(first.results).toHaveLength(14);
    for (const { p99Interval, responseTime } of [...first.results, first.recorded]) {
      expect(p99Interval?.low).toBeLessThanOrEqual(responseTime.p99);
      expect(p99Interval?.high).toBeGreaterThanOrEqual(responseTime.p99);
    }
  });

  it("leaves failures out, keeps what was given up, and tells of both", async () => {
    const { lines } = synthesize({ algorithm: "round-robin", ...ONE_SLOW, requests: 500 });
    const facts = { at: 10, endpoint: "http://localhost:4001" };
    const report = await replay(
      await recordFrom([
        ...lines,
        lineOf({ ...facts, took: 1, status: 502, code: "GW0303" }),
        lineOf({ ...facts, took: 30_000, status: 504, code: "GW0304" }),
      ]),
      { algorithms: ["p2c"] },
    );
    expect(report.requests).toBe(501);
    expect(report.recorded).toMatchObject({ requests: 502, errors: 1 });
    expect(report.recorded.responseTime.max).toBe(30_000);
    expect(report.notes.join(" ")).toContain("1 request failed");
    expect(report.notes.join(" ")).toContain("1 request timed out");
  });

  it("takes an endpoint that was hardly seen to be like the others, and says so", async () => {
    const { lines } = synthesize({ algorithm: "first", ...ONE_SLOW, requests: 300, gapMs: 30 });
    const report = await replay(await recordFrom(lines), { algorithms: ["round-robin"] });
    expect(resultOf(report, "round-robin").endpoints.map(({ requests }) => requests)).toEqual([100, 100, 100]);
    expect(report.notes.join(" ")).toContain("had fewer than 10 requests");
  });

  it("leaves the time between two runs of `up` out, and can look at the end alone", async () => {
    const { lines } = synthesize({ algorithm: "round-robin", ...ONE_SLOW, requests: 200 });
    const again = lines.map((line) =>
      line
        .replace('"session":"abc"', '"session":"def"')
        .replace('"by":"abc-1"', '"by":"def-1"')
        .replace("T12:", "T18:"),
    );
    const record = await recordFrom([...lines, ...again]);
    const both = await replay(record, { algorithms: ["p2c"] });
    expect(both.requests).toBe(400);
    expect(both.setup.durationMs).toBeLessThan(10_000);
    expect((await replay(record, { algorithms: ["p2c"], lastMs: 3_600_000 })).requests).toBe(200);
  });

  it("wants to know which service is meant, and enough of it", async () => {
    const { lines } = synthesize({ algorithm: "round-robin", ...ONE_SLOW, requests: 100 });
    const other = lines.slice(2, 40).map((line) => line.replace('"service":"users"', '"service":"orders"'));
    const record = await recordFrom([...lines, ...other]);
    await expect(replay(record)).rejects.toThrow(
      "The record has several services: users (100 requests), orders (38 requests). Name one with --service.",
    );
    await expect(replay(record, { service: "user" })).rejects.toThrow("Did you mean users?");
    expect((await replay(record, { service: "orders", algorithms: ["p2c"] })).setup.service).toBe("orders");
    const few = await recordFrom(lines.slice(0, 12));
    await expect(replay(few)).rejects.toThrow("10 requests to users that an endpoint answered: a replay needs 20");
    await expect(replay(await recordFrom(lines.slice(0, 2)))).rejects.toThrow("holds no exchange");
  });

  it("does not claim what blocks are too few for", async () => {
    const { lines } = synthesize({ algorithm: "round-robin", ...ONE_SLOW, requests: 100 });
    const report = await replay(await recordFrom(lines), { algorithms: ["p2c", "round-robin"] });
    expect(report.setup.blocks).toBe(0);
    expect(report.results.map(({ p99Interval }) => p99Interval)).toEqual([null, null]);
    expect(report.verdict.winner).toBeNull();
  });
});
