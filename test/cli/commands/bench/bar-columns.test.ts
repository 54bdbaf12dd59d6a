import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { spreadBars, spreadOf } from "../../../../src/cli/commands/bench/spread.ts";
import { comparisonTable } from "../../../../src/cli/commands/bench/tables.ts";
import { trendBars } from "../../../../src/cli/commands/bench/trend.ts";
import { simulate } from "../../../../src/lab/simulate/simulate.ts";
import { createFakeContext } from "../../../helpers/context.ts";
import { resultOf } from "../../../lab/report/results.ts";

describe("bars over time", () => {
  it("keep every peak, and mark where nothing was", () => {
    expect(trendBars([1, 8, 1, 1, null, null], 3)).toBe("█▁·");
    expect(trendBars([4, 8], 10)).toBe("▄█");
    expect(trendBars([], 10)).toBe("");
  });
});

describe("bars of response times", () => {
  it("have one axis for all, which those who could not keep up do not stretch", () => {
    const distribution = { percents: [0, 10, 50, 90, 100], times: [1, 2, 8, 20, 80], unit: "ms" } as const;
    const slow = { percents: [0, 10, 100], times: [50_000, 60_000, 90_000], unit: "ms" } as const;
    const good = resultOf("p2c", { distribution });
    const bad = resultOf("first", { distribution: slow, overloaded: ["endpoint-1"] });
    const axis = spreadOf([good, bad]);
    expect(axis).toEqual({ from: 2, to: 60 });
    expect(spreadBars(good, axis!, 8)).toHaveLength(8);
    // All of it took longer.
    expect(spreadBars(bad, axis!, 8)).toBe("·······█");
    expect(spreadOf([resultOf("p2c")])).toBeUndefined();
  });
});

describe("the comparison", () => {
  it.each([60, 80, 100, 120, 140, 200])(
    "has as many bars as fit, and is not wider than %i columns",
    async (columns) => {
      const { results } = await simulate({ requests: 4000 });
      const text = stripVTControlCharacters(comparisonTable(results, createFakeContext({ columns }).ctx.stdout));
      const widest = Math.max(...text.split("\n").map((line) => line.length));
      // What no table of theirs can do, it does not do here either: names and seven figures take 71 columns.
      expect(widest).toBeLessThanOrEqual(Math.max(columns, 73));
      expect(text.includes("p99 over time")).toBe(columns >= 120);
      expect(text.includes("response times:")).toBe(columns >= 140);
    },
  );
});
