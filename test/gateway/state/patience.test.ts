import { describe, expect, it, onTestFinished, vi } from "vitest";
import { Patience } from "../../../src/gateway/state/patience.ts";

function setUp() {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const time = { now: 5_000 };
  const outs: number[] = [];
  const patience = new Patience(100, { now: () => time.now }, () => outs.push(time.now - 5_000));
  /** Time goes on, and the event loop comes round every `each` ms. */
  const pass = (ms: number, each = 10): void => {
    for (let passed = 0; passed < ms; passed += each) {
      time.now += each;
      vi.advanceTimersByTime(10);
    }
  };
  return { time, outs, patience, pass };
}

describe("patience", () => {
  it("ends after its limit, to within one look", () => {
    const { patience, outs, pass } = setUp();
    patience.begin();
    pass(80);
    expect(outs).toEqual([]);
    pass(40);
    expect(outs).toHaveLength(1);
    expect(outs[0]).toBeGreaterThanOrEqual(90);
    expect(outs[0]).toBeLessThanOrEqual(110);
  });

  it("is not used up by who gets an answer, however many there are", () => {
    const { patience, outs, pass } = setUp();
    for (let i = 0; i < 30; i++) {
      const wait = patience.begin();
      pass(50);
      patience.end(wait);
    }
    expect(outs).toEqual([]);
  });

  it("is that of the one who waits longest", () => {
    const { patience, outs, pass } = setUp();
    patience.begin();
    pass(60);
    const second = patience.begin();
    pass(40);
    expect(outs).toHaveLength(1);
    patience.end(second);
    pass(300);
    expect(outs).toHaveLength(1);
  });

  it("counts little of the time in which this process was too busy to read", () => {
    const { patience, outs, pass } = setUp();
    const wait = patience.begin();
    // One turn of the loop takes 3 s, and then the answer that has come is read.
    pass(3_000, 3_000);
    expect(outs).toEqual([]);
    patience.end(wait);
    // Where there is none, the other side is given up after a few turns all the same.
    patience.begin();
    pass(2_000, 400);
    expect(outs).toHaveLength(1);
  });

  it("has no timer while nobody waits", () => {
    const { patience } = setUp();
    expect(vi.getTimerCount()).toBe(0);
    const [first, second] = [patience.begin(), patience.begin()];
    expect(vi.getTimerCount()).toBe(1);
    patience.end(first);
    patience.end(second);
    expect(vi.getTimerCount()).toBe(0);
    patience.begin();
    patience.clear();
    expect(vi.getTimerCount()).toBe(0);
  });
});
