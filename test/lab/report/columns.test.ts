import { describe, expect, it } from "vitest";
import { FIGURE_COLUMNS, formatRate, formatTime, isBest } from "../../../src/lab/report/columns.ts";
import { resultOf } from "./results.ts";

describe("figures of the table", () => {
  it("fit into five characters, whatever is measured", () => {
    const times = [0, 0.004, 8.109, 53.676, 99.97, 424.6, 9999.4, 9999.6, 93_145, 170_477, 9_000_000, 9_999_600, 3.6e9];
    expect(times.map(formatTime)).toEqual([
      ..."0.00 0.00 8.11 53.7 100 425 9999 10.0s 93.1s 170s 9000s 2.78h 1000h".split(" "),
    ]);
    expect([99.53, 677.4, 9999.6, 85_000].map(formatRate)).toEqual(["99.5", "677", "10.0k", "85.0k"]);
  });

  it("are best at the lower or the higher end, and those that look alike are best together", () => {
    const [mean, fair] = [FIGURE_COLUMNS[0], FIGURE_COLUMNS.find((column) => column.title === "fair")];
    const a = resultOf("a", { responseTime: { ...resultOf("a").responseTime, mean: 10.01 }, fairness: 0.9 });
    const b = resultOf("b", { responseTime: { ...resultOf("b").responseTime, mean: 10.02 }, fairness: 0.95 });
    const c = resultOf("c", { responseTime: { ...resultOf("c").responseTime, mean: 12 }, fairness: 0.7 });
    const all = [a, b, c];
    expect(all.map((result) => mean && isBest(mean, result, all))).toEqual([true, true, false]);
    expect(all.map((result) => fair && isBest(fair, result, all))).toEqual([false, true, false]);
  });
});
