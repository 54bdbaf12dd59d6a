import { describe, expect, it } from "vitest";
import { candidate, requestFor, start, weighted } from "./support.ts";

describe("weighted-least-conn", () => {
  it.each([
    {
      name: "3 for weight 4 is less than 1 for weight 1",
      a: { weight: 4, inFlight: 3 },
      b: { weight: 1, inFlight: 1 },
      picked: "a",
    },
    {
      name: "5 for weight 4 is more than 1 for weight 1",
      a: { weight: 4, inFlight: 5 },
      b: { weight: 1, inFlight: 1 },
      picked: "b",
    },
    {
      name: "1 for weight 0.5 is more than 1 for weight 1",
      a: { weight: 0.5, inFlight: 1 },
      b: { weight: 1, inFlight: 1 },
      picked: "b",
    },
  ])("$name", ({ a, b, picked }) => {
    const members = [candidate("a", a.weight, a), candidate("b", b.weight, b)];
    expect(start("weighted-least-conn", members).pick(requestFor(members))).toBe(picked);
  });

  it("serves an idle service as smooth weighted round robin would", () => {
    const members = weighted({ a: 5, b: 1, c: 1 });
    const { pick } = start("weighted-least-conn", members);
    expect(Array.from({ length: 7 }, () => pick(requestFor(members))).join(" ")).toBe("a a b a c a a");
  });

  it("fills up in proportion to weight", () => {
    const members = weighted({ a: 6, b: 3, c: 1 });
    const { pick } = start("weighted-least-conn", members);
    for (let i = 0; i < 100; i++) {
      const id = pick(requestFor(members));
      members.find((each) => each.id === id)!.inFlight++;
    }
    expect(members.map((each) => each.inFlight)).toEqual([60, 30, 10]);
  });
});
