import { describe, expect, it } from "vitest";
import type { Charge, CountedRule } from "../../../src/policies/rate-limit/counter-store.ts";
import { MemoryCounters } from "../../../src/policies/rate-limit/memory-counters.ts";

function rule(id: string, limit: number, more: Partial<CountedRule> = {}): CountedRule {
  return { id, algorithm: "fixed-window", quota: { limit, window: 1_000, capacity: limit }, enforced: true, ...more };
}

const charges = (...rules: CountedRule[]): Charge[] => rules.map((each) => ({ rule: each, key: "a" }));

describe("counters in memory", () => {
  it("charge a request to no rule if one denies it", () => {
    const store = new MemoryCounters();
    const [wide, narrow] = [rule("wide", 10), rule("narrow", 2)];
    const both = charges(wide, narrow);
    const answers = [0, 1, 2, 3].map((now) => store.take(both, now).map(({ allowed }) => allowed));
    expect(answers).toEqual([
      [true, true],
      [true, true],
      [true, false],
      [true, false],
    ]);
    expect(store.look({ rule: wide, key: "a" }, 4)?.remaining).toBe(8);
  });

  it("charge a request that a rule which is not enforced would deny to the others", () => {
    const store = new MemoryCounters();
    const [wide, shadow] = [rule("wide", 10), rule("shadow", 2, { enforced: false })];
    for (let now = 0; now < 4; now++) store.take(charges(shadow, wide), now);
    expect(store.look({ rule: wide, key: "a" }, 4)?.remaining).toBe(6);
    expect(store.look({ rule: shadow, key: "a" }, 4)?.remaining).toBe(0);
  });

  it("do not charge a rule that is not enforced for what another one denies", () => {
    const store = new MemoryCounters();
    const [narrow, shadow] = [rule("narrow", 1), rule("shadow", 5, { enforced: false })];
    for (let now = 0; now < 4; now++) store.take(charges(narrow, shadow), now);
    expect(store.look({ rule: shadow, key: "a" }, 4)?.remaining).toBe(4);
  });

  it("say what is left after the request, and how long it must wait as of before it", () => {
    const store = new MemoryCounters();
    const leaky = rule("leaky", 10, { algorithm: "leaky-bucket" });
    store.take(charges(leaky), 0);
    expect(store.take(charges(leaky), 0)).toMatchObject([{ allowed: true, delayMs: 100, remaining: 9, resetMs: 200 }]);
  });

  it("know nothing of who has not asked", () => {
    const store = new MemoryCounters();
    expect(store.look({ rule: rule("a", 1), key: "a" }, 0)).toBeUndefined();
    expect(store.size).toBe(0);
  });

  it("keep what a rule has counted that is opened again, and drop what nobody opens once it matters no more", () => {
    const store = new MemoryCounters();
    const [kept, gone] = [rule("kept", 2), rule("gone", 2)];
    for (const each of [kept, gone]) store.open(each, 0);
    store.take(charges(kept, gone), 0);
    for (const each of [kept, gone]) store.release(each);
    store.open(kept, 10);
    expect([kept, gone].map((each) => store.look({ rule: each, key: "a" }, 10)?.remaining)).toEqual([1, 1]);
    store.open(kept, 5_000);
    expect(store.look({ rule: gone, key: "a" }, 5_000)).toBeUndefined();
    expect(store.look({ rule: kept, key: "a" }, 5_000)?.remaining).toBe(2);
  });
});
