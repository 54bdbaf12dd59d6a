import { describe, expect, it } from "vitest";
import { isPrime, populateTable } from "../../../src/balancing/lib/maglev-table.ts";
import { rosterOf } from "../../../src/balancing/lib/roster.ts";
import { fleet, weighted } from "../support.ts";

function shares(table: Uint32Array, count: number): number[] {
  const places = new Array<number>(count).fill(0);
  for (const owner of table) places[owner]!++;
  return places;
}

describe("populateTable", () => {
  it.each([2, 3, 7, 100, 655])("a table of 65537 is even within 1 % for %i endpoints of equal weight", (count) => {
    const places = shares(populateTable(rosterOf(fleet(count)), 65_537), count);
    const mean = 65_537 / count;
    // Taking turns leaves shares of ⌊mean⌋ or ⌈mean⌉, and one place is within 1 % of 100 or more.
    for (const share of places) expect(Math.abs(share - mean)).toBeLessThan(1);
    for (const share of places) expect(Math.abs(share / mean - 1)).toBeLessThanOrEqual(0.01);
  });

  it("gives shares in proportion to weight within 1 %", () => {
    const places = shares(populateTable(rosterOf(weighted({ a: 5, b: 1, c: 2.5, d: 0.5 })), 65_537), 4);
    const wanted = [5, 1, 2.5, 0.5].map((weight) => (65_537 * weight) / 9);
    places.forEach((share, i) => expect(Math.abs(share / wanted[i]! - 1)).toBeLessThan(0.01));
  });

  it("fills every place, also where endpoints outnumber places", () => {
    expect([...populateTable(rosterOf(fleet(40)), 31)].every((owner) => owner < 40)).toBe(true);
    expect(populateTable(rosterOf([]), 31)).toHaveLength(0);
  });
});

describe("isPrime", () => {
  it.each([2, 3, 251, 65_537, 655_373, 5_000_011])("%i is", (value) => expect(isPrime(value)).toBe(true));
  it.each([-3, 0, 1, 4, 9, 65_536, 65_539 * 3, 2.5])("%d is not", (value) => expect(isPrime(value)).toBe(false));
});
