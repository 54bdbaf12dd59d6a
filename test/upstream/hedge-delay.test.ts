import { describe, expect, it } from "vitest";
import { HedgeDelay } from "../../src/upstream/hedge-delay.ts";

/** 1 to 100 ms, once each. */
function record(delay: HedgeDelay, now: number, factor = 1): void {
  for (let ms = 1; ms <= 100; ms++) delay.record(ms * factor, now);
}

describe("the delay of a second try", () => {
  it("is a time where one is given", () => {
    expect(new HedgeDelay({ ms: 200 }, 0).at(0)).toBe(200);
  });

  it("is not known before there have been enough tries", () => {
    const delay = new HedgeDelay({ percentile: 0.95 }, 0);
    for (let i = 0; i < 49; i++) delay.record(10, 0);
    expect(delay.at(0)).toBeUndefined();
    delay.record(10, 0);
    expect(delay.at(1_000)).toBeCloseTo(10, 0);
  });

  it("is the percentile of recent tries", () => {
    const delay = new HedgeDelay({ percentile: 0.95 }, 0);
    record(delay, 0);
    // A bucket is 0.8 % wide.
    expect(Math.abs((delay.at(0) ?? 0) - 95)).toBeLessThan(1);
  });

  it("forgets what is older than a minute, and nothing of the last half", () => {
    const delay = new HedgeDelay({ percentile: 0.95 }, 0);
    record(delay, 0);
    record(delay, 30_000, 10);
    expect(delay.at(31_000)).toBeGreaterThan(800);
    record(delay, 60_000, 10);
    record(delay, 90_000);
    record(delay, 120_000);
    expect(Math.abs((delay.at(120_000) ?? 0) - 95)).toBeLessThan(1);
    expect(delay.at(300_000)).toBeUndefined();
  });

  it("takes no heed of tries without an answer", () => {
    const delay = new HedgeDelay({ percentile: 0.5 }, 0);
    for (let i = 0; i < 60; i++) delay.record(-1, 0);
    expect(delay.at(0)).toBeUndefined();
  });
});
