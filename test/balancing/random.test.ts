import { describe, expect, it } from "vitest";
import { chiSquare, envOf, requestFor, start, tally, weighted } from "./support.ts";

const PICKS = 100_000;

describe("random", () => {
  it("picks in proportion to weight", () => {
    const members = weighted({ a: 5, b: 3, c: 1.5, d: 0.5, e: 0 });
    const { pick } = start("random", members, {}, envOf("shares"));
    const request = requestFor(members);
    const counts = tally(PICKS, () => pick(request));
    const expected = [0.5, 0.3, 0.15, 0.05].map((share) => share * PICKS);
    const { statistic, critical } = chiSquare(
      ["a", "b", "c", "d"].map((id) => counts.get(id)!),
      expected,
    );
    expect(counts.has("e")).toBe(false);
    expect(statistic).toBeLessThan(critical);
  });

  it("picks each next one independently of the last", () => {
    const members = weighted({ a: 1, b: 1, c: 1 });
    const { pick } = start("random", members, {}, envOf("pairs"));
    const request = requestFor(members);
    let last = pick(request);
    const pairs = tally(PICKS, () => {
      const next = pick(request);
      const pair = `${last}${next}`;
      last = next;
      return pair;
    });
    const { statistic, critical } = chiSquare([...pairs.values()], new Array(9).fill(PICKS / 9));
    expect(pairs.size).toBe(9);
    expect(statistic).toBeLessThan(critical);
  });

  it("goes by present weights, not by those of the start", () => {
    const members = weighted({ a: 1, b: 1 });
    const { pick } = start("random", members);
    members[0]!.weight = 0.1;
    const share = tally(PICKS, () => pick(requestFor(members))).get("a")! / PICKS;
    // 1/11 = 0.0909; σ = √(0.0909 · 0.909 / 100,000) = 0.0009
    expect(Math.abs(share - 1 / 11)).toBeLessThan(0.0037);
  });

  it("tells each one's chance", () => {
    const members = weighted({ a: 3, b: 1 });
    const { algorithm, state, env } = start("random", members);
    const trace = { summary: "", entries: [] as { score: number; reason: string }[] };
    const id = algorithm.pick(state, requestFor(members), env, trace as never);
    expect(trace.entries.map((entry) => entry.score)).toEqual([0.75, 0.25]);
    expect(trace.summary).toBe(`${id} was drawn at random`);
    expect(trace.entries[id === "a" ? 0 : 1]!.reason).toMatch(/^drawn, with a chance of (75|25) %$/);
  });
});
