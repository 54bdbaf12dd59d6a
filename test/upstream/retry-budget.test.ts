import { describe, expect, it } from "vitest";
import { backoffDelay } from "../../src/upstream/backoff.ts";
import { RetryBudget } from "../../src/upstream/retry-budget.ts";
import { createRng } from "../../src/shared/rng.ts";

function spend(budget: RetryBudget, now: number): number {
  let retries = 0;
  while (budget.tryWithdraw(now)) retries++;
  return retries;
}

describe("RetryBudget", () => {
  it("allows ten retries a second over ten seconds even without traffic", () => {
    expect(spend(new RetryBudget(0.2), 0)).toBe(100);
  });

  it("allows 20 % of the requests of the last ten seconds on top", () => {
    const budget = new RetryBudget(0.2);
    for (let i = 0; i < 1_000; i++) budget.deposit(i);
    expect(spend(budget, 1_000)).toBe(100 + 200);
  });

  it("forgets requests and retries after ten seconds", () => {
    const budget = new RetryBudget(0.2);
    for (let i = 0; i < 1_000; i++) budget.deposit(500);
    expect(spend(budget, 500)).toBe(300);
    expect(budget.balance(9_999)).toBe(0);
    expect(budget.balance(10_000)).toBe(100);
  });

  it("slides: what is spent in one second comes back ten seconds later, not at once", () => {
    const budget = new RetryBudget(0);
    for (let i = 0; i < 60; i++) budget.tryWithdraw(0);
    for (let i = 0; i < 40; i++) budget.tryWithdraw(5_000);
    expect(budget.tryWithdraw(9_000)).toBe(false);
    expect(spend(budget, 10_500)).toBe(60);
    expect(spend(budget, 15_500)).toBe(40);
  });

  it("is exact at small numbers: five requests earn one retry", () => {
    const budget = new RetryBudget(0.2);
    spend(budget, 0);
    for (let i = 0; i < 4; i++) budget.deposit(0);
    expect(budget.tryWithdraw(0)).toBe(false);
    budget.deposit(0);
    expect(spend(budget, 0)).toBe(1);
  });

  it("works from any origin of the clock, and after a long silence", () => {
    const budget = new RetryBudget(0.2);
    expect(spend(budget, -123_456)).toBe(100);
    expect(spend(budget, 1e9)).toBe(100);
  });
});

describe("backoffDelay", () => {
  it("waits not at all for the first retry elsewhere after a lost connection", () => {
    expect(backoffDelay(0, true, 25, createRng(1))).toBe(0);
  });

  it.each([
    [0, 25],
    [1, 50],
    [2, 100],
    [3, 200],
    [4, 250],
    [9, 250],
  ])("retry %i: uniform in [0, %i) ms", (retry, ceiling) => {
    const rng = createRng(7);
    const delays = Array.from({ length: 10_000 }, () => backoffDelay(retry, false, 25, rng));
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...delays)).toBeLessThan(ceiling);
    // The mean of n uniform draws has a standard deviation of ceiling / √(12 n) = 0.29 % of the ceiling.
    const mean = delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
    expect(Math.abs(mean / ceiling - 0.5)).toBeLessThan(0.015);
  });
});
