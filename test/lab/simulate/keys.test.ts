import { isIPv4 } from "node:net";
import { describe, expect, it } from "vitest";
import { createKeySource } from "../../../src/lab/simulate/keys.ts";
import { createRng } from "../../../src/shared/rng.ts";

const DRAWS = 200_000;

function countKeys(count: number, skew: number): Map<string, number> {
  const next = createKeySource({ count, skew });
  const rng = createRng("keys");
  const counts = new Map<string, number>();
  for (let i = 0; i < DRAWS; i++) {
    const key = next(rng);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

describe("keys", () => {
  it("are different IPv4 addresses in different networks", () => {
    const keys = [...countKeys(1000, 0).keys()];
    expect(keys.length).toBe(1000);
    expect(keys.every(isIPv4)).toBe(true);
    expect(new Set(keys.map((key) => key.split(".").slice(0, 3).join("."))).size).toBe(1000);
  });

  it("are equally frequent without skew", () => {
    const counts = [...countKeys(100, 0).values()];
    // 2,000 each, deviation sqrt(2,000) = 45; four of them, with 100 chances to fail.
    expect(Math.max(...counts)).toBeLessThan(2180);
    expect(Math.min(...counts)).toBeGreaterThan(1820);
  });

  it.each([0.8, 1, 1.5])("follow Zipf's law with skew %d", (skew) => {
    const counts = [...countKeys(1000, skew).values()].sort((a, b) => b - a);
    let total = 0;
    for (let rank = 1; rank <= 1000; rank++) total += rank ** -skew;
    for (const rank of [1, 2, 3, 5, 10]) {
      const expected = (DRAWS * rank ** -skew) / total;
      // Four deviations of a Poisson count.
      expect(Math.abs((counts[rank - 1] ?? 0) - expected)).toBeLessThan(4 * Math.sqrt(expected));
    }
  });

  it("may be only one", () => {
    expect([...countKeys(1, 1).values()]).toEqual([DRAWS]);
  });
});
