import { describe, expect, it } from "vitest";
import { RetryControl } from "../../src/upstream/retry-control.ts";
import { retrySchema } from "../../src/upstream/schema/retry.ts";

const reset = {
  attempt: 0,
  outcome: "reset",
  method: "GET",
  bodyReplayable: true,
  connectionReused: true,
  bytesSent: 100,
  bytesReceived: 0,
  responseForwarded: false,
} as const;
const refused = { ...reset, outcome: "connect-failure", bytesSent: 0 } as const;
const control = (retry: unknown = {}) => new RetryControl("users", retrySchema.parse(retry), { now: () => 0 });

describe("RetryControl", () => {
  it("refuses when the budget is spent, except after connect failures", () => {
    const retry = control({ budget: "0%" });
    // Without traffic the budget is ten a second over ten seconds.
    for (let i = 0; i < 100; i++) expect(retry.decide(reset, true).retry).toBe(true);
    expect(retry.decide(reset, true)).toMatchObject({ retry: false, reason: "the retry budget is spent" });
    expect(retry.decide(refused, true).retry).toBe(true);
  });

  it("does not draw on the budget for a retry that the rules refuse", () => {
    const retry = control();
    const before = retry.budget.balance(0);
    retry.decide({ ...reset, method: "POST", connectionReused: false }, true);
    expect(retry.budget.balance(0)).toBe(before);
  });

  it("goes elsewhere at once, but waits before the same endpoint and after a status", () => {
    const retry = control({ on: ["reset", 503] });
    expect(retry.decide(reset, true).delayMs).toBe(0);
    expect(retry.decide(reset, false).delayMs).toBeGreaterThan(0);
    expect(retry.decide({ ...reset, outcome: "error", status: 503 }, true).delayMs).toBeGreaterThan(0);
    expect(retry.decide({ ...reset, attempt: 1 }, true).delayMs).toBeGreaterThan(0);
  });

  it("tells which statuses need a closer look", () => {
    const retry = control({ on: [503] });
    expect([200, 500, 503].map((status) => retry.concerns(status))).toEqual([false, false, true]);
    expect(control({ on: [503], attempts: 0 }).concerns(503)).toBe(false);
  });
});
