import { describe, expect, it } from "vitest";
import { rosterOf, sameRoster } from "../../../src/balancing/lib/roster.ts";
import { weighted } from "../support.ts";

const roster = (weights: Record<string, number>) => rosterOf(weighted(weights));

describe("rosterOf", () => {
  it("orders by id and leaves out who weighs nothing", () => {
    expect(roster({ c: 1, a: 2, b: 0, d: -1 })).toEqual({ ids: ["a", "c"], weights: [2, 1] });
  });

  it("leaves the members it was given alone", () => {
    const members = Object.freeze(weighted({ c: 1, a: 2 }));
    rosterOf(members);
    expect(members.map((each) => each.id)).toEqual(["c", "a"]);
  });
});

describe("sameRoster", () => {
  it.each([
    { name: "another order", other: { b: 2, a: 1 }, same: true },
    { name: "another weight", other: { a: 1, b: 3 }, same: false },
    { name: "another id", other: { a: 1, c: 2 }, same: false },
    { name: "one more", other: { a: 1, b: 2, c: 1 }, same: false },
    { name: "one fewer", other: { a: 1 }, same: false },
  ])("$name: $same", ({ other, same }) => {
    expect(sameRoster(roster({ a: 1, b: 2 }), roster(other))).toBe(same);
  });
});
