import { expect, it } from "vitest";
import { createCounter, passing } from "./quota.ts";
import { fc } from "../../../helpers/property.ts";

it("still counts the window before, by the share that is left of it", () => {
  const quota = { limit: 10, window: 1_000, capacity: 10 };
  const counter = createCounter("sliding-window", quota);
  for (let i = 0; i < 10; i++) counter.ask(500);
  // Windows begin at 0: at 1,250 three quarters of the 10 still count, so that 3 more may pass: 7.5 is 7 whole ones.
  expect(counter.look(1_250).remaining).toBe(3);
  expect(counter.look(1_500).remaining).toBe(5);
  expect(counter.look(2_000).remaining).toBe(10);
});

it("says how long until one more may pass, in this window or the next", () => {
  const counter = createCounter("sliding-window", { limit: 10, window: 1_000, capacity: 10 });
  for (let i = 0; i < 10; i++) counter.ask(0);
  // The next window begins at 1,000; from then on fewer than 10 of the 10 count.
  expect(counter.look(400).retryMs).toBe(601);
  expect(counter.look(1_000).retryMs).toBe(1);
  expect(counter.ask(1_001).allowed).toBe(true);
  // Now 9 must count no more than that: a tenth of the window has to pass.
  expect(counter.look(1_001).retryMs).toBe(100);
  expect(counter.look(1_100).retryMs).toBe(1);
  expect(counter.look(1_101).retryMs).toBe(0);
});

it("never lets its estimate exceed the limit, nor two windows' worth pass within one window's length", () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 100 });
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 8 }), (steps, limit) => {
      let now = 0;
      const times = steps.map((step) => (now += step));
      const passed = passing("sliding-window", { limit, window: 1_000, capacity: 1 }, times);
      for (const time of passed) {
        const within = passed.filter((other) => other > time - 1_000 && other <= time).length;
        expect(within).toBeLessThan(2 * limit + 1);
      }
    }),
  );
});

it("lets evenly spaced traffic at its limit pass, and about its limit of a flood", () => {
  const quota = { limit: 10, window: 1_000, capacity: 10 };
  const even = Array.from({ length: 200 }, (_, i) => i * 101);
  expect(passing("sliding-window", quota, even)).toHaveLength(200);
  const flood = Array.from({ length: 10_000 }, (_, i) => i);
  // 10 s at 10 a second.
  const passed = passing("sliding-window", quota, flood).length;
  expect(passed).toBeGreaterThanOrEqual(90);
  expect(passed).toBeLessThanOrEqual(110);
});
