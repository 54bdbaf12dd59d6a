import { describe, expect, it } from "vitest";
import { movesOnJoin } from "./moving.ts";
import { candidate, fleet, keysOf, placement, requestFor, start, tally, weighted } from "./support.ts";

describe("consistent-hash", () => {
  it("on a join moves no key between two others, and to the newcomer at most (1 + ε)/n of all", () => {
    const { toNewcomer, between } = movesOnJoin("consistent-hash");
    expect(between).toBe(0);
    // The newcomer's 160 arcs of a ring of 1,760 points are nearly exponential, so its share of 1/11 has a relative
    // standard deviation of 1/√160 = 7.9 %: ε = 4 σ = 0.32.
    expect(toNewcomer).toBeLessThan(1.32 / 11);
    expect(toNewcomer).toBeGreaterThan(0.68 / 11);
  });

  it("spreads keys by weight, within four standard deviations of a ring's shares", () => {
    const members = weighted({ "http://a": 4, "http://b": 2, "http://c": 1, "http://d": 1 });
    const { pick } = start("consistent-hash", members, { points: 1000 });
    const request = requestFor(members);
    const counts = tally(100_000, (i) => pick({ ...request, key: `user-${i}` }));
    for (const { id, weight } of members) {
      // √((1 − share)/(1000 · weight)) is the relative deviation of a share made of that many arcs.
      const deviation = Math.sqrt((1 - weight / 8) / (1000 * weight));
      expect(Math.abs(counts.get(id)! / ((100_000 * weight) / 8) - 1)).toBeLessThan(4 * deviation);
    }
  });

  it("with more points has more even shares", () => {
    const unevenness = (points: number) => {
      const members = fleet(20);
      const shares = [...placement("consistent-hash", members, keysOf(50_000), { points }).values()];
      const counts = members.map((each) => shares.filter((id) => id === each.id).length);
      return Math.max(...counts) / 2500;
    };
    expect(unevenness(4)).toBeGreaterThan(unevenness(100));
    expect(unevenness(100)).toBeGreaterThan(unevenness(2500));
  });

  it.each([0, -1, 1.5, 10_001])("refuses %d points", (points) => {
    expect(() => start("consistent-hash", [], { points })).toThrow();
  });

  it("tells the order in which endpoints are in line for the key, and who was walked past", () => {
    const members = ["x", "y", "z"].map((id) => candidate(id));
    const { algorithm, state, env, pick } = start("consistent-hash", members);
    const owner = pick(requestFor(members, "k"))!;
    const rest = members.filter((each) => each.id !== owner);
    const heir = pick(requestFor(rest, "k"))!;
    const last = members.find((each) => each.id !== owner && each.id !== heir)!.id;
    const trace = { summary: "", entries: [] as { endpoint: string }[] };
    algorithm.pick(state, requestFor(rest, "k"), env, trace as never);
    expect(trace.summary).toBe(`${heir} is the first that can take key "k", which ${owner} owns`);
    expect(trace.entries.toSorted((a, b) => (a.endpoint < b.endpoint ? -1 : 1))).toEqual(
      [
        { endpoint: heir, score: 1, reason: "number 2 in line for the key, takes it" },
        { endpoint: last, score: 2, reason: "number 3 in line for the key" },
        { endpoint: owner, score: 0, reason: "walked past: not eligible" },
      ].sort((a, b) => (a.endpoint < b.endpoint ? -1 : 1)),
    );
  });
});
