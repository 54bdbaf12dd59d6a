import { describe, expect, it } from "vitest";
import { requestFor, start, tally, weighted } from "./support.ts";
import { fc } from "../helpers/property.ts";

function sequence(weights: Record<string, number>, count: number): string {
  const members = weighted(weights);
  const { pick } = start("weighted-round-robin", members);
  const request = requestFor(members);
  return Array.from({ length: count }, () => pick(request)).join(" ");
}

describe("weighted-round-robin", () => {
  it("gives a a b a c a a for 5:1:1, again and again", () => {
    expect(sequence({ a: 5, b: 1, c: 1 }, 14)).toBe("a a b a c a a a a b a c a a");
  });

  it.each([
    { weights: { a: 1, b: 1, c: 1 }, expected: "a b c a b c" },
    { weights: { a: 2, b: 1 }, expected: "a b a a b a" },
    { weights: { a: 1, b: 0.25 }, expected: "a a b a a a a b a a" }, // 4 to 1
    { weights: { a: 0, b: 1 }, expected: "b b b" },
  ])("gives $expected for $weights", ({ weights, expected }) => {
    const count = expected.split(" ").length;
    expect(sequence(weights, count)).toBe(expected);
  });

  it("gives every endpoint exactly its weight in each cycle", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 }), (weights) => {
        const members = weighted(Object.fromEntries(weights.map((weight, i) => [`e${i}`, weight])));
        const { pick } = start("weighted-round-robin", members);
        const request = requestFor(members);
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        for (let cycle = 0; cycle < 3; cycle++) {
          const counts = tally(total, () => pick(request));
          weights.forEach((weight, i) => expect(counts.get(`e${i}`)).toBe(weight));
        }
      }),
    );
  });

  it("gives one that comes back no burst, however often it left, whenever, and for how long", () => {
    const shape = fc.record({
      weights: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 6 }),
      flaps: fc.array(fc.record({ there: fc.nat(40), away: fc.nat(40) }), { minLength: 1, maxLength: 30 }),
    });
    fc.assert(
      fc.property(shape, ({ weights, flaps }) => {
        const members = weighted(Object.fromEntries(weights.map((weight, i) => [`e${i}`, weight])));
        const { pick } = start("weighted-round-robin", members);
        for (const { there, away } of flaps) {
          const [all, rest] = [requestFor([...members]), requestFor(members.slice(1))];
          tally(there, () => pick(all));
          tally(away + 1, () => pick(rest));
        }
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const back = requestFor([...members]);
        const counts = tally(total, () => pick(back));
        // It joins at the mean credit: in one cycle it gets its weight, give or take one for the phase.
        expect(Math.abs((counts.get("e0") ?? 0) - weights[0]!)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 300 },
    );
  });

  it("lets one that left just before its turn wait for its turn again", () => {
    const members = weighted({ rare: 1, a: 9, b: 9 });
    const roundsUntilRare = (pick: ReturnType<typeof start>["pick"]) => {
      const all = requestFor([...members]);
      for (let round = 0; ; round++) if (pick(all) === "rare") return round;
    };
    const wait = roundsUntilRare(start("weighted-round-robin", members).pick);
    const { pick } = start("weighted-round-robin", members);
    tally(wait, () => pick(requestFor(members)));
    pick(requestFor(members.slice(1)));
    expect(wait).toBe(6);
    // Two rounds early at most, since the others are in another phase of their cycle by now.
    expect(roundsUntilRare(pick)).toBeGreaterThanOrEqual(4);
  });

  it("gives no burst to those that come back together with small weights, as after a restart with slow start", () => {
    const members = weighted({ a: 100, b: 100, c: 100, d: 1 });
    const { pick } = start("weighted-round-robin", members);
    const all = requestFor(members);
    expect([pick(all), pick(all)]).toEqual(["a", "b"]); // c has a credit of 200 now
    pick(requestFor([members[3]!]));
    for (const each of members) each.weight = 1;
    const back = requestFor([...members]);
    const picks = Array.from({ length: 8 }, () => pick(back));
    for (const { id } of members) expect(picks.filter((each) => each === id)).toHaveLength(2);
  });

  it("gives no burst out of credit that was earned at other weights", () => {
    const before = weighted({ a: 100, b: 100, c: 100 });
    const after = weighted({ a: 1, b: 1, c: 1 });
    const { algorithm, state, env, pick } = start("weighted-round-robin", before);
    tally(2, () => pick(requestFor(before)));
    algorithm.update(state, after, env);
    expect(tally(6, () => pick(requestFor(after)))).toEqual(
      new Map([
        ["a", 2],
        ["b", 2],
        ["c", 2],
      ]),
    );
  });

  it("follows a weight that grows, as in a slow start, to within one request", () => {
    const members = weighted({ a: 1, b: 0.01 });
    const { pick } = start("weighted-round-robin", members);
    const request = requestFor(members);
    let due = 0;
    let got = 0;
    for (let step = 1; step <= 1000; step++) {
      members[1]!.weight = step / 1000;
      due += members[1]!.weight / (1 + members[1]!.weight);
      if (pick(request) === "b") got++;
      expect(Math.abs(got - due)).toBeLessThan(1.01);
    }
  });

  it("keeps credits with ids when members change order", () => {
    const members = weighted({ a: 5, b: 1, c: 1 });
    const { algorithm, state, env, pick } = start("weighted-round-robin", members);
    tally(3, () => pick(requestFor(members)));
    const reversed = members.toReversed();
    algorithm.update(state, reversed, env);
    const rest = Array.from({ length: 4 }, () => pick(requestFor(reversed)));
    expect(rest.join(" ")).toBe("a c a a");
  });

  it("tells the credit of each", () => {
    const members = weighted({ a: 5, b: 1, c: 1 });
    const { algorithm, state, env } = start("weighted-round-robin", members);
    const trace = { summary: "", entries: [] };
    algorithm.pick(state, requestFor(members), env, { summary: "", entries: [] });
    algorithm.pick(state, requestFor(members), env, trace);
    expect(trace.entries).toEqual([
      { endpoint: "a", score: 3, reason: "credit 3 after earning 5, most" },
      { endpoint: "b", score: 2, reason: "credit 2 after earning 1" },
      { endpoint: "c", score: 2, reason: "credit 2 after earning 1" },
    ]);
  });
});
