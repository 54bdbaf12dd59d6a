import { describe, expect, it } from "vitest";
import { OverheadBudget } from "../../../src/http/client/overhead-budget.ts";
import { ResetBudget } from "../../../src/http/client/reset-budget.ts";

describe("the budget of resets", () => {
  /** How many may be spent at once at a time. */
  const left = (budget: ResetBudget, now: number): number => {
    let spent = 0;
    while (budget.spend(now)) spent++;
    return spent;
  };

  it("lets 100 through at once, and 50 a second more", () => {
    const budget = new ResetBudget(1_000);
    expect(left(budget, 1_000)).toBe(100);
    // The one that was refused has been counted, too.
    expect(left(budget, 2_000)).toBe(49);
    expect(left(budget, 60_000)).toBe(100);
  });

  it("gets one back for every stream that was completed, and holds no more than 100", () => {
    const budget = new ResetBudget(0);
    for (let i = 0; i < 500; i++) budget.earn();
    expect(left(budget, 0)).toBe(100);
    for (let i = 0; i < 11; i++) budget.earn();
    expect(left(budget, 0)).toBe(10);
  });

  it("never ends for who completes as many as it gives up", () => {
    const budget = new ResetBudget(0);
    for (let i = 0; i < 10_000; i++) {
      budget.earn();
      expect(budget.spend(0)).toBe(true);
    }
  });
});

describe("the budget of overhead", () => {
  const MIB = 1024 * 1024;
  const none = { received: 0, sent: 0, headers: 0, data: 0 };

  it("lets a MiB through at once, and 16 KiB a second more", () => {
    const budget = new OverheadBudget(0);
    expect(budget.check(0, { ...none, received: MIB })).toBe(true);
    expect(budget.check(1_000, { ...none, received: MIB + 16 * 1024 })).toBe(true);
    expect(budget.check(1_000, { ...none, received: MIB + 16 * 1024 + 1 })).toBe(false);
  });

  it("counts neither heads nor what the gateway's own octets ask for", () => {
    const budget = new OverheadBudget(0);
    expect(budget.check(0, { received: 30 * MIB, headers: 10 * MIB, sent: 19 * MIB, data: 0 })).toBe(true);
    expect(budget.check(0, { received: 31 * MIB + 1, headers: 10 * MIB, sent: 19 * MIB, data: 0 })).toBe(false);
  });

  it("holds nothing of earlier thrift against later floods", () => {
    const budget = new OverheadBudget(0);
    expect(budget.check(0, { ...none, sent: 100 * MIB })).toBe(true);
    expect(budget.check(0, { ...none, sent: 100 * MIB, received: MIB + 1 })).toBe(false);
  });

  /** How many DATA frames of a size there may be at once: each brings 9 octets of its own (RFC 9113 section 4.1). */
  const frames = (size: number, most: number): number => {
    const budget = new OverheadBudget(0);
    for (let n = 0; n < most; n += 1_000) {
      if (!budget.check(0, { ...none, received: n * (size + 9), data: n * size })) return n;
    }
    return most;
  };

  it("ends for bodies that come octet by octet, and never for messages of five", () => {
    // Each costs 10 - 3 of 1048576.
    expect(frames(1, 10_000_000)).toBe(150_000);
    expect(frames(5, 10_000_000)).toBe(10_000_000);
  });
});
