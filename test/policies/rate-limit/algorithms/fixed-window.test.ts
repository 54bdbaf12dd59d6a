import { expect, it } from "vitest";
import { passing } from "./quota.ts";
import { fc } from "../../../helpers/property.ts";

const QUOTA = { limit: 3, window: 1_000, capacity: 3 };

it("lets the limit pass in a window that begins with the first request, then all of it again", () => {
  const times = [100, 100, 200, 300, 1_099, 1_100, 1_101, 1_102, 1_103];
  expect(passing("fixed-window", QUOTA, times)).toEqual([100, 100, 200, 1_100, 1_101, 1_102]);
});

it("begins the next window with the next request, however late", () => {
  expect(passing("fixed-window", QUOTA, [0, 5_500, 6_400, 6_450, 6_499, 6_500])).toEqual([
    0, 5_500, 6_400, 6_450, 6_500,
  ]);
});

it("never lets more pass in a window than its limit, by an independent count", () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 80 });
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 5 }), (steps, limit) => {
      let now = 0;
      const times = steps.map((step) => (now += step));
      const expected: number[] = [];
      let start = times[0] as number;
      let count = 0;
      for (const time of times) {
        if (time >= start + 1_000) [start, count] = [time, 0];
        if (count < limit) [count] = [count + 1, expected.push(time)];
      }
      expect(passing("fixed-window", { limit, window: 1_000, capacity: 1 }, times)).toEqual(expected);
    }),
  );
});
