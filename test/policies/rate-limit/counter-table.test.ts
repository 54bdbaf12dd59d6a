import { describe, expect, it } from "vitest";
import { rateAlgorithm } from "../../../src/policies/rate-limit/algorithms/index.ts";
import { CounterTable } from "../../../src/policies/rate-limit/counter-table.ts";

const QUOTA = { limit: 10, window: 1_000, capacity: 10 };
const bucket = rateAlgorithm("token-bucket");

function createTable(mostKeys: number) {
  const table = new CounterTable(bucket, QUOTA, mostKeys);
  return {
    table,
    charge(key: string, now: number, times = 1): void {
      const state = table.touch(key, now);
      for (let i = 0; i < times; i++) bucket.charge(state, QUOTA);
    },
    used: (key: string, now: number) => {
      const state = table.peek(key, now);
      return state === undefined ? undefined : bucket.used(state) / QUOTA.window;
    },
  };
}

describe("a table of counters", () => {
  it("never holds more subjects than it may", () => {
    const { table, charge } = createTable(100);
    for (let i = 0; i < 5_000; i++) charge(`key ${i}`, 0);
    expect(table.size).toBe(100);
  });

  it("forgets who has not been seen for longest first", () => {
    const { table, charge, used } = createTable(10);
    for (let i = 0; i < 10; i++) charge(`key ${i}`, 0);
    table.touch("key 0", 1);
    charge("new", 2);
    expect(used("key 1", 2)).toBeUndefined();
    expect(used("key 0", 2)).toBeDefined();
  });

  it("keeps who has used up its limit, and forgets those beside it who have used little", () => {
    const { charge, used } = createTable(100);
    charge("flooder", 0, 10);
    for (let i = 0; i < 99; i++) charge(`key ${i}`, 0);
    // Whoever floods makes up other names to be forgotten under its own: thousands, and it is still known.
    for (let i = 0; i < 5_000; i++) charge(`made up ${i}`, 1);
    expect(used("flooder", 1)).toBeGreaterThan(9.9);
  });

  it("gives back what those held who count no more, as others come", () => {
    const { table, charge } = createTable(10_000);
    for (let i = 0; i < 10_000; i++) charge(`key ${i}`, 0);
    for (let i = 0; i < 8_000; i++) charge(`later ${i}`, 60_000);
    // Each of the first 5,000 clears two away and is one; nobody is cleared away who counts.
    expect(table.size).toBe(8_000);
    for (let i = 0; i < 10_000; i++) charge(`last ${i}`, 120_000);
    expect(table.size).toBe(10_000);
  });

  it("tells long keys apart, and keys that differ in what is no character", () => {
    const { charge, used } = createTable(10);
    charge(`${"x".repeat(10_000)}a`, 0, 3);
    charge("\ud800", 0, 2);
    expect(used(`${"x".repeat(10_000)}a`, 0)).toBe(3);
    expect(used(`${"x".repeat(10_000)}b`, 0)).toBeUndefined();
    expect(used("\ud800", 0)).toBe(2);
    expect(used("\ud801", 0)).toBeUndefined();
  });

  it("looks without touching", () => {
    const { charge, used, table } = createTable(2);
    charge("a", 0);
    charge("b", 0);
    used("a", 0);
    expect(used("nobody", 0)).toBeUndefined();
    charge("c", 0);
    expect([table.size, used("a", 0)]).toEqual([2, undefined]);
  });

  it("is idle when nothing counts any more", () => {
    const { charge, table } = createTable(10);
    expect(table.isIdle(0)).toBe(true);
    charge("a", 0, 5);
    expect(table.isIdle(499)).toBe(false);
    expect(table.isIdle(500)).toBe(true);
  });
});
