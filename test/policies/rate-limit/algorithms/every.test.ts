import { describe, expect, it } from "vitest";
import { RATE_ALGORITHMS, type RateAlgorithmName } from "../../../../src/policies/rate-limit/algorithms/index.ts";
import { createCounter } from "./quota.ts";
import { fc } from "../../../helpers/property.ts";

const NAMES = Object.keys(RATE_ALGORITHMS) as RateAlgorithmName[];
const quotas = fc.record({
  limit: fc.integer({ min: 1, max: 50 }),
  window: fc.integer({ min: 1, max: 100_000 }),
  capacity: fc.integer({ min: 1, max: 50 }),
});

describe.each(NAMES)("%s", (name) => {
  it("lets the first request of anybody pass at once, and counts it", () => {
    fc.assert(
      fc.property(quotas, (quota) => {
        const counter = createCounter(name, quota, 7);
        expect(counter.used(7)).toBe(0);
        expect(counter.ask(7)).toMatchObject({ allowed: true, retryMs: 0, delayMs: 0 });
        expect(counter.used(7)).toBeGreaterThan(0);
      }),
    );
  });

  it("lets exactly those pass at once that it has said remain", () => {
    fc.assert(
      fc.property(quotas, fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 20 }), (quota, gaps) => {
        const counter = createCounter(name, quota);
        let now = 0;
        for (const gap of gaps) counter.ask((now += gap));
        const { remaining } = counter.look(now);
        let passed = 0;
        while (passed <= 200 && counter.ask(now).allowed) passed++;
        expect(passed).toBe(remaining);
      }),
    );
  });

  it("keeps its word on when the next request may pass, and lets none pass 1 ms earlier than that", () => {
    fc.assert(
      fc.property(quotas, fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 30 }), (quota, gaps) => {
        const counter = createCounter(name, quota);
        let now = 0;
        for (const gap of gaps) counter.ask((now += gap));
        while (counter.ask(now).allowed);
        const { retryMs } = counter.look(now);
        expect(retryMs).toBeGreaterThan(0);
        if (retryMs > 1) expect(counter.look(now + retryMs - 1).allowed).toBe(false);
        expect(counter.look(now + retryMs).allowed).toBe(true);
      }),
    );
  });

  it("is as good as new once it is reset, and not before", () => {
    fc.assert(
      fc.property(quotas, fc.integer({ min: 1, max: 30 }), (quota, requests) => {
        const counter = createCounter(name, quota);
        for (let i = 0; i < requests; i++) counter.ask(0);
        const { resetMs } = counter.look(0);
        expect(resetMs).toBeGreaterThan(0);
        expect(counter.used(Math.max(resetMs - 1, 0))).toBeGreaterThan(0);
        expect(counter.used(Math.ceil(resetMs))).toBe(0);
        expect(counter.look(Math.ceil(resetMs)).resetMs).toBe(0);
      }),
    );
  });

  it("forgets everything in a gap of years, and does not overflow in it", () => {
    const quota = { limit: 3, window: 1_000, capacity: 3 };
    const counter = createCounter(name, quota);
    while (counter.ask(0).allowed);
    const years = 10 * 365 * 86_400_000;
    expect(counter.used(years)).toBe(0);
    expect(counter.look(years)).toMatchObject({ remaining: createCounter(name, quota).look(0).remaining, resetMs: 0 });
  });

  it("gains nothing by a clock that goes back, and locks nobody out until it has caught up", () => {
    fc.assert(
      fc.property(quotas, fc.array(fc.integer({ min: -5_000, max: 5_000 }), { maxLength: 60 }), (quota, steps) => {
        const counter = createCounter(name, quota, 1_000_000);
        let now = 1_000_000;
        let forward = 0;
        let passed = 0;
        for (const step of steps) {
          now += step;
          forward += Math.max(step, 0);
          if (counter.ask(now).allowed) passed++;
        }
        const { limit, window, capacity } = quota;
        // At once: limit, capacity, or one and those that wait. Then what the time that has gone forward brings: limit
        // for each window begun, of which a window's first request may come late.
        const most = Math.max(limit, capacity + 1) + limit * Math.ceil(forward / window);
        expect(passed).toBeLessThanOrEqual(most);
        expect(counter.look(now).retryMs).toBeLessThanOrEqual(2 * window);
        const back = now - 900_000;
        const { retryMs } = counter.look(back);
        expect(counter.look(back + retryMs).allowed).toBe(true);
      }),
    );
  });

  it("works with a window of a millisecond, and with fractions of one", () => {
    const counter = createCounter(name, { limit: 1, window: 1, capacity: 1 });
    let passed = 0;
    for (let tick = 0; tick < 1_000; tick++) if (counter.ask(tick / 4).allowed) passed++;
    // 250 ms: one in each; a bucket has one more, and a leaky one two more, at the start. A sliding window loses time
    // where its estimate needs the whole of the window before it to have gone.
    expect(passed).toBeGreaterThanOrEqual(name === "sliding-window" ? 124 : 250);
    expect(passed).toBeLessThanOrEqual(252);
  });
});
