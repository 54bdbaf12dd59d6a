import { describe, expect, it } from "vitest";
import { hashKey, hashString } from "../../src/balancing/lib/hash.ts";
import { rendezvousCost, rendezvousHash } from "../../src/balancing/lib/rendezvous-score.ts";
import { movesOnJoin } from "./moving.ts";
import { candidate, chiSquare, fleet, keysOf, placement, requestFor, start, tally, weighted } from "./support.ts";
import { fc } from "../helpers/property.ts";

describe("rendezvous", () => {
  it("spreads keys by weight exactly", () => {
    const members = weighted({ a: 5, b: 3, c: 1.5, d: 0.5 });
    const { pick } = start("rendezvous", members);
    const request = requestFor(members);
    const counts = tally(200_000, (i) => pick({ ...request, key: `user-${i}` }));
    const { statistic, critical } = chiSquare(
      members.map((each) => counts.get(each.id)!),
      members.map((each) => each.weight * 20_000),
    );
    expect(statistic).toBeLessThan(critical);
  });

  it("on a join moves exactly the newcomer's share, and no key between two others", () => {
    const { toNewcomer, between } = movesOnJoin("rendezvous");
    expect(between).toBe(0);
    // Binomial(100,000, 1/11): four standard deviations are 0.0036.
    expect(Math.abs(toNewcomer - 1 / 11)).toBeLessThan(0.0037);
  });

  it("as a weight grows, moves keys to that endpoint only", () => {
    const at = (weight: number) => placement("rendezvous", [candidate("new", weight), ...fleet(4)], keysOf(20_000));
    const steps = [0.1, 0.4, 1, 2].map(at);
    for (let i = 1; i < steps.length; i++) {
      for (const [key, id] of steps[i]!) if (id !== steps[i - 1]!.get(key)) expect(id).toBe("new");
    }
  });

  it("always picks the highest bid −w/ln(h), though it skips most logarithms", () => {
    const shape = fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(shape, fc.string(), (weights, key) => {
        const members = weights.map((weight, i) => candidate(`e${i}`, weight));
        const bid = ({ id, weight }: { id: string; weight: number }) =>
          -weight / Math.log(rendezvousHash(hashKey(key), hashString(id, 0)));
        const best = members.reduce((a, b) => (bid(b) > bid(a) ? b : a));
        expect(start("rendezvous", members).pick(requestFor(members, key))).toBe(best.id);
      }),
      { numRuns: 300 },
    );
  });
});

describe("rendezvousHash", () => {
  it("stays inside (0, 1), so that every cost is positive and finite", () => {
    // avalanche is a bijection with avalanche(0) = 0, so equal hashes give the lowest value there is.
    expect(rendezvousHash(7, 7)).toBe(0.5 / 2 ** 32);
    expect(rendezvousCost(0.5 / 2 ** 32, 2)).toBeCloseTo((33 * Math.LN2) / 2, 12);
    expect(rendezvousCost((2 ** 32 - 0.5) / 2 ** 32, 1)).toBeGreaterThan(0);
  });
});
