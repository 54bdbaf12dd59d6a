import { describe, expect, it } from "vitest";
import { replayTable } from "../../../../../src/cli/commands/bench/replay/table.ts";
import type { AlgorithmResult } from "../../../../../src/lab/report/model.ts";
import type { ReplayReport } from "../../../../../src/lab/report/replay-figures.ts";

const SINK = { write: () => {}, isTTY: false, columns: 100, color: false };

function result(algorithm: string, p99: number): AlgorithmResult {
  const responseTime = { mean: 1, p50: 1, p90: 1, p99, p999: p99, max: p99, unit: "ms" } as const;
  const endpoints = [{ endpoint: "a", requests: 10, utilization: 0, offered: 0, speed: 1, weight: 1 }];
  const counts = { requests: 10, errors: 0, throughput: 1, fairness: 1, maxQueue: 1, overloaded: [] };
  return { algorithm, ...counts, responseTime, p99Interval: null, endpoints };
}

/** As of a record under p2c, whose verdict has a word on `judged`. */
function tableOf(judged: readonly string[]): string[] {
  const [winner = null] = judged;
  const comparisons = judged.slice(1).map((algorithm) => ({ algorithm, ratio: 2, low: 1.5, high: 3 }));
  const report = {
    results: [result("first", 5), result("least-conn", 10), result("p2c", 20)],
    recorded: result("", 21),
    fit: { algorithm: "p2c" },
    verdict: { winner, leaders: judged.slice(0, 1), comparisons },
  };
  return replayTable(report as unknown as ReplayReport, SINK).split("\n");
}

describe("the table of a replay", () => {
  it("marks whom the verdict leaves out, and says what the mark means", () => {
    const lines = tableOf(["least-conn", "p2c"]);
    expect(lines.filter((line) => line.startsWith("first * "))).toHaveLength(1);
    expect(lines.filter((line) => line.includes("*"))).toHaveLength(2);
    expect(lines.at(-1)).toBe("* a guess, and no part of the verdict: see below");
  });

  it("marks nobody where there is no verdict", () => {
    expect(tableOf([]).join("\n")).not.toContain("*");
  });
});
