import { describe, expect, it } from "vitest";
import type { Outcome } from "../../src/exchange/outcome.ts";
import { breakerAdmits, breakerCounts, breakerEnded, breakerWait, newBreaker } from "../../src/upstream/breaker.ts";

const SPEC = { errorRate: 0.5, minimumRequests: 4, window: 10_000, openFor: 5_000, halfOpenRequests: 2 };

/** A breaker, and tries that begin and end at once. */
function breaker() {
  const state = newBreaker(0);
  const one = (outcome: Outcome, now: number): void => {
    if (breakerAdmits(state, now, SPEC)) breakerEnded(state, outcome, state.epoch, now, SPEC);
  };
  const many = (outcomes: string, now: number): string => {
    for (const mark of outcomes) one(mark === "+" ? "ok" : mark === "-" ? "error" : "cancelled", now);
    return state.phase;
  };
  return { state, many };
}

describe("a closed breaker", () => {
  it.each([
    ["too few requests", "---", "closed"],
    ["half of them fail", "++--", "open"],
    ["less than half", "+++--", "closed"],
    ["clients that leave do not count", "---????", "closed"],
  ])("%s: %s", (_, outcomes, phase) => {
    expect(breaker().many(outcomes, 0)).toBe(phase);
  });

  it("forgets what the window has left behind", () => {
    const { state, many } = breaker();
    many("---", 0);
    expect(many("-", 9_999)).toBe("open");
    const later = breaker();
    later.many("---", 0);
    expect(later.many("-", 10_000)).toBe("closed");
    expect(breakerCounts(later.state)).toEqual({ tries: 1, errors: 1 });
    expect(state.since).toBe(9_999);
  });
});

describe("an open breaker", () => {
  it("lets none pass until openFor is over, and says how long that is", () => {
    const { state, many } = breaker();
    many("----", 0);
    expect([breakerAdmits(state, 4_999, SPEC), breakerWait(state, 4_000, SPEC)]).toEqual([false, 1_000]);
    expect([breakerAdmits(state, 5_000, SPEC), state.phase]).toEqual([true, "half-open"]);
  });

  it("pays no heed to what began before it opened", () => {
    const { state, many } = breaker();
    const { epoch } = state;
    many("----", 0);
    breakerAdmits(state, 5_000, SPEC);
    breakerEnded(state, "ok", epoch, 5_000, SPEC);
    breakerEnded(state, "error", epoch, 5_000, SPEC);
    expect([state.phase, state.probing]).toEqual(["half-open", 1]);
  });
});

describe("a half-open breaker", () => {
  function halfOpen() {
    const made = breaker();
    made.many("----", 0);
    breakerAdmits(made.state, 5_000, SPEC);
    return made;
  }

  it("lets only so many pass at a time", () => {
    const { state } = halfOpen();
    expect([breakerAdmits(state, 5_001, SPEC), breakerAdmits(state, 5_002, SPEC)]).toEqual([true, false]);
  });

  it("closes when as many have succeeded", () => {
    const { state } = halfOpen();
    breakerEnded(state, "ok", state.epoch, 5_001, SPEC);
    expect(state.phase).toBe("half-open");
    breakerAdmits(state, 5_002, SPEC);
    breakerEnded(state, "ok", state.epoch, 5_003, SPEC);
    expect([state.phase, breakerCounts(state)]).toEqual(["closed", { tries: 0, errors: 0 }]);
  });

  it("opens again with the first that fails, for openFor", () => {
    const { state } = halfOpen();
    breakerEnded(state, "timeout", state.epoch, 6_000, SPEC);
    expect([state.phase, breakerWait(state, 6_000, SPEC)]).toEqual(["open", 5_000]);
  });

  it("gives the place of a client that left to another", () => {
    const { state } = halfOpen();
    breakerAdmits(state, 5_001, SPEC);
    expect(breakerAdmits(state, 5_002, SPEC)).toBe(false);
    breakerEnded(state, "cancelled", state.epoch, 5_003, SPEC);
    expect(breakerAdmits(state, 5_004, SPEC)).toBe(true);
  });
});
