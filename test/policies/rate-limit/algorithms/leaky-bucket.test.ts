import { expect, it } from "vitest";
import { createCounter } from "./quota.ts";
import { fc } from "../../../helpers/property.ts";

it("holds back who comes early until it is its turn, and refuses beyond those that may wait", () => {
  const counter = createCounter("leaky-bucket", { limit: 10, window: 1_000, capacity: 2 });
  const asked = [0, 0, 0, 0].map((now) => counter.ask(now));
  expect(asked.map(({ allowed, delayMs, retryMs }) => [allowed, delayMs, retryMs])).toEqual([
    [true, 0, 0],
    [true, 100, 0],
    [true, 200, 0],
    // Its turn would be at 300; at 100 the first of the two that wait has gone.
    [false, 0, 100],
  ]);
  expect(counter.ask(150)).toMatchObject({ allowed: true, delayMs: 150 });
});

it("lets requests through one by one, evenly, whenever they come", () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 250 }), { minLength: 1, maxLength: 80 });
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 10 }), (steps, limit, capacity) => {
      const counter = createCounter("leaky-bucket", { limit, window: 1_000, capacity });
      const leaving: number[] = [];
      let now = 0;
      for (const step of steps) {
        now += step;
        const { allowed, delayMs } = counter.ask(now);
        const waiting = leaving.filter((time) => time > now + 1e-6).length;
        if (allowed) leaving.push(now + delayMs);
        // Refused only if as many wait as may.
        else expect(waiting).toBe(capacity);
        expect(leaving.filter((time) => time > now + 1e-6).length).toBeLessThanOrEqual(capacity);
      }
      for (let i = 1; i < leaving.length; i++) {
        expect((leaving[i] as number) - (leaving[i - 1] as number)).toBeGreaterThan(1_000 / limit - 1e-6);
      }
    }),
  );
});
