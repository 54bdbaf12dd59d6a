import { describe, expect, it } from "vitest";
import type { Trace } from "../../src/balancing/algorithm.ts";
import { candidate, chiSquare, envOf, fleet, requestFor, start, tally, tolerance, weighted } from "./support.ts";

const PICKS = 100_000;

describe("p2c", () => {
  it("draws two distinct endpoints, every ordered pair as often as any other", () => {
    const members = weighted({ a: 1, b: 1, c: 1, d: 1, e: 1 });
    const { algorithm, state, env } = start("p2c", members, {}, envOf("pairs"));
    const request = requestFor(members);
    const pairs = tally(PICKS, () => {
      const trace: Trace = { summary: "", entries: [] };
      algorithm.pick(state, request, env, trace);
      const drawn = (order: string) => trace.entries.filter((entry) => entry.reason.startsWith(`drawn ${order}`));
      expect(drawn("first").length + drawn("second").length).toBe(2);
      return `${drawn("first")[0]!.endpoint}${drawn("second")[0]!.endpoint}`;
    });
    // 5 · 4 ordered pairs, each expected 5,000 times.
    const { statistic, critical } = chiSquare([...pairs.values()], new Array(20).fill(PICKS / 20));
    expect(pairs.size).toBe(20);
    expect(statistic).toBeLessThan(critical);
  });

  it("picks the least loaded of n with 2/n, the k-th least with 2(n−k)/(n(n−1)), the most loaded never", () => {
    const members = [3, 0, 4, 1, 2].map((inFlight) => candidate(`load-${inFlight}`, 1, { inFlight }));
    const { pick } = start("p2c", members, {}, envOf("ranks"));
    const request = requestFor(members);
    const counts = tally(PICKS, () => pick(request));
    // The k-th least loaded of 5 wins its pairs with the 5 − k above it, of 10 pairs in all: 4, 3, 2, 1, 0.
    const expected = [0.4, 0.3, 0.2, 0.1].map((share) => share * PICKS);
    const { statistic, critical } = chiSquare(
      [0, 1, 2, 3].map((load) => counts.get(`load-${load}`)!),
      expected,
    );
    expect(statistic).toBeLessThan(critical);
    expect(counts.has("load-4")).toBe(false);
  });

  it("settles ties for the one drawn first, which gives an idle service shares by weight", () => {
    const members = weighted({ a: 6, b: 3, c: 1 });
    const { pick } = start("p2c", members, {}, envOf("idle"));
    const request = requestFor(members);
    const counts = tally(PICKS, () => pick(request));
    const { statistic, critical } = chiSquare(
      ["a", "b", "c"].map((id) => counts.get(id)!),
      [0.6, 0.3, 0.1].map((share) => share * PICKS),
    );
    expect(statistic).toBeLessThan(critical);
  });

  it("compares load per weight", () => {
    const members = [candidate("a", 4, { inFlight: 3 }), candidate("b", 1, { inFlight: 1 })];
    const { pick } = start("p2c", members);
    expect([...tally(200, () => pick(requestFor(members))).keys()]).toEqual(["a"]);
  });

  it("with two left, one of them excluded, still finds the other", () => {
    const members = fleet(3);
    const { pick } = start("p2c", members);
    const tried = [members[0]!.id, members[2]!.id];
    const counts = tally(500, () => pick(requestFor(members, undefined, tried)));
    expect([...counts]).toEqual([[members[1]!.id, 500]]);
  });

  it("keeps the highest load near the mean where random choice does not", () => {
    // 1,000 requests that never end on 100 endpoints: two choices stay within ln ln n / ln 2 + O(1) of the mean of 10,
    // one choice strays by √(2 · 10 · ln 100) ≈ 9.6 (Mitzenmacher 2001, sections 1 and 3).
    const highest = (name: string) => {
      const members = fleet(100);
      const request = requestFor(members);
      const { pick } = start(name, members, {}, envOf("fill"));
      for (let i = 0; i < 1000; i++) request.byId.get(pick(request)!)!.inFlight++;
      return Math.max(...members.map((each) => each.inFlight));
    };
    expect(highest("p2c")).toBeLessThanOrEqual(13);
    expect(highest("random")).toBeGreaterThanOrEqual(16);
  });

  it("draws the heavy one first with its share, and the second among the rest", () => {
    const members = weighted({ a: 8, b: 1, c: 1 });
    members[0]!.inFlight = 80;
    const { pick } = start("p2c", members, {}, envOf("second"));
    // a, at 10 per weight, wins no pair with an idle one: only b and c are picked, and they are alike.
    const counts = tally(PICKS, () => pick(requestFor(members)));
    expect(counts.has("a")).toBe(false);
    expect(Math.abs(counts.get("b")! - PICKS / 2)).toBeLessThan(tolerance(PICKS, 1 / 2));
  });
});
