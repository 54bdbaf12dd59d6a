import { describe, expect, it } from "vitest";
import { inWords, share, threeFigures, timeInWords } from "../../../src/lab/report/wording.ts";

describe("wording", () => {
  it("lists names as a sentence does, and counts what would be too many", () => {
    expect(inWords([])).toBe("");
    expect(inWords(["a"])).toBe("a");
    expect(inWords(["a", "b", "c"])).toBe("a, b and c");
    expect(inWords(["a", "b", "c", "d"], 3)).toBe("a, b and 2 others");
  });

  it("gives numbers three figures", () => {
    expect([0.123, 9.994, 9.995, 42.04, 99.96, 1234.5].map(threeFigures)).toEqual([
      "0.12",
      "9.99",
      "10.0",
      "42.0",
      "100",
      "1235",
    ]);
    expect([share(0.051), share(0.42)]).toEqual(["5.1 %", "42 %"]);
  });

  it("gives times a unit that suits them", () => {
    expect([0.5, 756.4, 9999, 9999.6, 29_787].map(timeInWords)).toEqual([
      "0.50 ms",
      "756 ms",
      "9999 ms",
      "10.0 s",
      "29.8 s",
    ]);
  });
});
