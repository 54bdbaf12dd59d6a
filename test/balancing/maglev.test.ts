import { describe, expect, it } from "vitest";
import { movesOnJoin } from "./moving.ts";
import { chiSquare, fleet, requestFor, start, tally, weighted } from "./support.ts";

describe("maglev", () => {
  it("spreads keys evenly", () => {
    const members = fleet(10);
    const { pick } = start("maglev", members);
    const request = requestFor(members);
    const counts = tally(100_000, (i) => pick({ ...request, key: `user-${i}` }));
    // The table is even to one place in 6,553, so what is left is the sampling of 100,000 keys.
    const { statistic, critical } = chiSquare([...counts.values()], new Array(10).fill(10_000));
    expect(counts.size).toBe(10);
    expect(statistic).toBeLessThan(critical);
  });

  it("spreads keys by weight", () => {
    const members = weighted({ a: 5, b: 3, c: 1.5, d: 0.5 });
    const { pick } = start("maglev", members);
    const request = requestFor(members);
    const counts = tally(100_000, (i) => pick({ ...request, key: `user-${i}` }));
    const { statistic, critical } = chiSquare(
      members.map((each) => counts.get(each.id)!),
      members.map((each) => each.weight * 10_000),
    );
    expect(statistic).toBeLessThan(critical);
  });

  it("on a join moves the newcomer's share and few more", () => {
    const { toNewcomer, between } = movesOnJoin("maglev");
    // Binomial sampling of 100,000 keys: σ = 0.0009 around 1/11. The paper (section 5.3) finds a few per cent of
    // places that change hands between others for a table 100 times the number of endpoints and more.
    expect(Math.abs(toNewcomer - 1 / 11)).toBeLessThan(0.0037);
    expect(between).toBeGreaterThan(0);
    expect(between).toBeLessThan(0.05);
  });

  it("builds no table while members and weights are the same", () => {
    const members = fleet(3);
    const { algorithm, state, env } = start("maglev", members);
    const { owners } = state as { owners: Uint32Array };
    algorithm.update(state, fleet(3).toReversed(), env);
    expect((state as { owners: Uint32Array }).owners).toBe(owners);
    algorithm.update(state, fleet(4), env);
    expect((state as { owners: Uint32Array }).owners).not.toBe(owners);
  });

  it.each([{ tableSize: 65_536 }, { tableSize: 1 }, { tableSize: 5_000_021 }, { size: 7 }])("refuses %o", (options) => {
    expect(() => start("maglev", [], options)).toThrow();
  });
});
