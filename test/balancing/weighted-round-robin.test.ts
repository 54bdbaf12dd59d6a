import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { requestFor, start, tally, weighted } from "./support.ts";

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
    expect(sequence(weights as unknown as Record<string, number>, count)).toBe(expected);
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

  it("gives one that comes back no burst, whenever it left and however long it was away", () => {
    const shape = fc.record({
      weights: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 6 }),
      before: fc.nat(40),
      away: fc.nat(200),
    });
    fc.assert(
      fc.property(shape, ({ weights, before, away }) => {
        const members = weighted(Object.fromEntries(weights.map((weight, i) => [`e${i}`, weight])));
        const { pick } = start("weighted-round-robin", members);
        const [all, rest] = [requestFor(members), requestFor(members.slice(1))];
        tally(before, () => pick(all));
        tally(away, () => pick(rest));
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const back = requestFor([...members]);
        const counts = tally(total, () => pick(back));
        // It joins at the mean credit: in one cycle it gets its weight, give or take one for the phase.
        expect(Math.abs((counts.get("e0") ?? 0) - weights[0]!)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
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
