import { describe, expect, it } from "vitest";
import { judge } from "../../../src/lab/report/verdict.ts";
import { resultOf } from "./results.ts";

function contest(algorithm: string, p99s: readonly number[], errors = 0) {
  return { result: resultOf(algorithm, { errors }), p99s };
}

/** What a failed request counts as. */
const FAILED = 60_000;

describe("verdict", () => {
  it("names a winner that beats every other one beyond chance, by how much, and how sure that is", () => {
    const verdict = judge([
      contest("random", [200, 210, 190]),
      contest("p2c", [50, 52, 48]),
      contest("least-conn", [40, 41, 39]),
    ]);
    // ln(50/40), ln(52/41), ln(48/39) = 0.2231, 0.2377, 0.2076: 0.2228 ± 4.303 × 0.0150 / sqrt(3), so the ratio is
    // 1.2496, in 1.204 to 1.297; and 1 - 1/1.2496 = 20.0 %, 16.9 % to 22.9 %.
    expect(verdict).toMatchObject({ winner: "least-conn", confidence: 0.95, metric: "p99", leaders: ["least-conn"] });
    expect(verdict.reason).toBe(
      "least-conn has the lowest p99: 20 % less than p2c, the next best (95 % sure: 17 % to 23 %).",
    );
    expect(verdict.comparisons.map(({ algorithm }) => algorithm)).toEqual(["p2c", "random"]);
    expect(verdict.comparisons[0]?.ratio).toBeCloseTo(1.2496, 4);
    expect(verdict.comparisons[0]?.low).toBeCloseTo(1.204, 3);
    expect(verdict.comparisons[0]?.high).toBeCloseTo(1.297, 3);
  });

  it("is not swayed in its judgement of one by a single bad replication of another", () => {
    const verdict = judge([contest("least-conn", [50, 52, 48, 51, 50]), contest("random", [150, 160, 140, 151, 600])]);
    // In ms the differences would be 190 ± 249; as logarithms they are 1.38 ± 0.77.
    expect(verdict.winner).toBe("least-conn");
  });

  it("names nobody where the interval holds 0, and says who follows", () => {
    const verdict = judge([
      contest("p2c", [40, 42, 38]),
      contest("least-conn", [41, 39, 40.5]),
      contest("random", [200, 210, 190]),
    ]);
    expect(verdict).toMatchObject({ winner: null, leaders: ["p2c", "least-conn"] });
    expect(verdict.reason).toBe(
      "No significant difference in p99 between p2c and least-conn; p2c has 80 % less than random, the next.",
    );
  });

  it("counts algorithms that do just the same as equal", () => {
    const verdict = judge([contest("round-robin", [5, 6, 7]), contest("weighted-round-robin", [5, 6, 7])]);
    expect(verdict.winner).toBeNull();
    expect(verdict.reason).toBe("No significant difference in p99 between round-robin and weighted-round-robin.");
  });

  it("says that failures are what it is about, where the p99s of what was answered are alike", () => {
    const verdict = judge([
      contest("round-robin", [FAILED, FAILED, FAILED], 12),
      contest("p2c", [40, 42, 38]),
      contest("random", [FAILED, FAILED, FAILED], 50),
    ]);
    expect(verdict).toMatchObject({ winner: "p2c", decidedBy: "failures" });
    expect(verdict.reason).toBe(
      "p2c lost none of the requests; round-robin, the next best, lost 1.2 %, and the verdict takes each of them for a " +
        "minute. Of those that were answered, p99 was 40.0 ms and 40.0 ms.",
    );
  });

  it("says so of equals, too, and of who answered nobody", () => {
    const { reason } = judge([
      contest("p2c", [40, 42, 38], 2),
      contest("least-conn", [40, 42, 38], 2),
      contest("first", [FAILED, FAILED, FAILED], 1000),
    ]);
    expect(reason).toBe(
      "No significant difference in p99 between p2c and least-conn. p2c lost 0.2 % of the requests; first, the next, " +
        "lost 100 %, and the verdict takes each of them for a minute. first answered none.",
    );
  });

  it("is about response times where failures are alike, or explain nothing", () => {
    const slower = { ...resultOf("random", { errors: 12 }), responseTime: { ...resultOf("").responseTime, p99: 200 } };
    const verdict = judge([contest("p2c", [40, 42, 38]), { result: slower, p99s: [200, 210, 190] }]);
    expect(verdict).toMatchObject({ winner: "p2c", decidedBy: "p99" });
    expect(verdict.reason).toContain("p2c has the lowest p99: 80 % less than random");
  });

  it("lets whoever ranks between equals be their equal", () => {
    // b is always a tenth above a; c is further above on average, but not surely.
    const verdict = judge([contest("a", [10, 20, 30]), contest("b", [11, 22, 33]), contest("c", [5, 40, 60])]);
    expect(verdict).toMatchObject({ winner: null, leaders: ["a", "b", "c"] });
  });

  it("does not call a single algorithm a winner, nor anything from a single replication", () => {
    expect(judge([contest("p2c", [1, 2, 3])])).toMatchObject({ winner: null, leaders: ["p2c"], comparisons: [] });
    const { winner, comparisons } = judge([contest("p2c", [1]), contest("random", [99])]);
    expect(winner).toBeNull();
    expect(comparisons).toEqual([{ algorithm: "random", ratio: 99, low: 0, high: null }]);
  });
});
