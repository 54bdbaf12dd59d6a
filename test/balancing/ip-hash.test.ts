import { describe, expect, it } from "vitest";
import { candidate, chiSquare, fleet, placement, requestFor, start, tally, tolerance, weighted } from "./support.ts";

const addresses = Array.from({ length: 100_000 }, (_, i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);

describe("ip-hash", () => {
  it("spreads neighbouring addresses in proportion to weight", () => {
    const members = weighted({ a: 5, b: 1, c: 0.5, d: 3.5 });
    const { pick } = start("ip-hash", members);
    const request = requestFor(members);
    const counts = tally(addresses.length, (i) => pick({ ...request, key: addresses[i] }));
    const { statistic, critical } = chiSquare(
      members.map((each) => counts.get(each.id)!),
      members.map((each) => (addresses.length * each.weight) / 10),
    );
    expect(statistic).toBeLessThan(critical);
  });

  it("spreads the clients of a lost endpoint evenly over the others", () => {
    const members = fleet(5);
    const { pick } = start("ip-hash", members);
    const lost = members[2]!.id;
    const [all, rest] = [requestFor(members), requestFor(members.filter((each) => each.id !== lost))];
    const orphans = addresses.filter((key) => pick({ ...all, key }) === lost);
    const counts = tally(orphans.length, (i) => pick({ ...rest, key: orphans[i] }));
    const { statistic, critical } = chiSquare([...counts.values()], new Array(4).fill(orphans.length / 4));
    expect(counts.size).toBe(4);
    expect(statistic).toBeLessThan(critical);
  });

  it("finds the only eligible one of a thousand", () => {
    const members = fleet(1000);
    const { pick } = start("ip-hash", members);
    const only = requestFor([members[617]!], "10.0.0.1");
    expect(pick(only)).toBe(members[617]!.id);
  });

  it("moves half of the clients when a member joins in front, as its documentation says", () => {
    const members = fleet(5);
    const before = placement("ip-hash", members, addresses);
    const after = placement("ip-hash", [candidate("http://0.0.0.1"), ...members], addresses);
    const moved = addresses.filter((key) => before.get(key) !== after.get(key)).length;
    // The stretch of the i-th of 5 was [i/5, (i+1)/5) and is [(i+1)/6, (i+2)/6): they share (i+1)/30, in all 15/30.
    expect(Math.abs(moved - addresses.length / 2)).toBeLessThan(tolerance(addresses.length, 1 / 2));
  });
});
