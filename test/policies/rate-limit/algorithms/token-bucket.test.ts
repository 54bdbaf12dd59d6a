import { expect, it } from "vitest";
import { createCounter, passing } from "./quota.ts";
import { fc } from "../../../helpers/property.ts";

it("lets a burst of its capacity pass, then one for each token that comes back", () => {
  const quota = { limit: 10, window: 1_000, capacity: 3 };
  expect(passing("token-bucket", quota, [0, 0, 0, 0, 99, 100, 100, 200, 1_000, 1_000, 1_000, 1_000])).toEqual([
    0, 0, 0, 100, 200, 1_000, 1_000, 1_000,
  ]);
});

it("refills exactly, however time is divided: no third of a millisecond is lost or gained", () => {
  // 7 in 1,000 ms: a token each 142.857… ms. After 7,000 windows, exactly 7 × 7,000 have come back.
  const quota = { limit: 7, window: 1_000, capacity: 7 };
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), (step) => {
      const counter = createCounter("token-bucket", quota);
      while (counter.ask(0).allowed);
      let passed = 0;
      const end = 100 * 1_000;
      for (let now = step; now <= end; now += step) while (counter.ask(now).allowed) passed++;
      const last = Math.floor(end / step) * step;
      expect(passed).toBe(Math.floor((last * 7) / 1_000));
    }),
  );
});

it("never lets more pass in any time than its capacity and what that time brings", () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 80 });
  const most = fc.integer({ min: 1, max: 10 });
  fc.assert(
    fc.property(gaps, most, most, (steps, limit, capacity) => {
      let now = 0;
      const times = steps.map((step) => (now += step));
      const passed = passing("token-bucket", { limit, window: 1_000, capacity }, times);
      for (let from = 0; from < passed.length; from++) {
        for (let to = from; to < passed.length; to++) {
          const length = (passed[to] as number) - (passed[from] as number);
          expect(to - from + 1).toBeLessThanOrEqual(capacity + (limit * length) / 1_000);
        }
      }
    }),
  );
});

it("refuses nothing that it need not: as many pass as in an exact reference with whole numbers", () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 80 });
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 9 }), (steps, limit) => {
      let now = 0;
      const times = steps.map((step) => (now += step));
      let tokens = 4_000n;
      let at = times[0] as number;
      const expected = times.filter((time) => {
        const filled = tokens + BigInt((time - at) * limit);
        tokens = filled > 4_000n ? 4_000n : filled;
        at = time;
        if (tokens < 1_000n) return false;
        tokens -= 1_000n;
        return true;
      });
      expect(passing("token-bucket", { limit, window: 1_000, capacity: 4 }, times)).toEqual(expected);
    }),
  );
});
