import { describe, expect, it } from "vitest";
import { mergeTimes, ObservedTimes } from "../../src/upstream/observed-times.ts";

const MINUTE = 60_000;

/** `count` answers of `ms`, a second apart, from `from` on. */
function observe(times: ObservedTimes, ms: number, count: number, from = 0): void {
  for (let i = 0; i < count; i++) times.record(ms, from + i * 1000);
}

describe("observed times", () => {
  it("count answers by how long they took", () => {
    const times = new ObservedTimes();
    observe(times, 10, 3);
    observe(times, 0.01, 1, 3000);
    times.record(1e9, 4000);
    const { answers, overMs, times: counted } = times.snapshot("a");
    expect({ answers, overMs }).toEqual({ answers: 5, overMs: 4000 });
    expect(counted.map(([, count]) => count)).toEqual([1, 3, 1]);
    const [shortest, middle] = counted.map(([upToMs]) => upToMs);
    expect(shortest).toBe(0.063);
    // Never below what was measured, and at most an eighth of an octave above it.
    expect(middle).toBeGreaterThanOrEqual(10);
    expect(middle).toBeLessThan(10 * 2 ** (1 / 8));
  });

  it("have an exact mean", () => {
    const times = new ObservedTimes();
    for (const ms of [1, 2, 6]) times.record(ms, 0);
    expect(times.snapshot("a").meanMs).toBe(3);
    expect(new ObservedTimes().snapshot("b")).toEqual({ endpoint: "b", answers: 0, overMs: 0, meanMs: 0, times: [] });
  });

  it("forget what is older than five to ten minutes, and what was before a pause", () => {
    const times = new ObservedTimes();
    observe(times, 1, 300);
    observe(times, 2, 300, 5 * MINUTE);
    expect(times.snapshot("a")).toMatchObject({ answers: 600, meanMs: 1.5 });
    observe(times, 4, 1, 10 * MINUTE);
    expect(times.snapshot("a")).toMatchObject({ answers: 301, overMs: 5 * MINUTE });
    observe(times, 8, 60, 30 * MINUTE);
    expect(times.snapshot("a")).toMatchObject({ answers: 60, meanMs: 8, overMs: 59_000 });
  });

  it("of several instances add up", () => {
    const [a, b] = [new ObservedTimes(), new ObservedTimes()];
    observe(a, 1, 3);
    observe(b, 1, 1);
    observe(b, 4, 2, 9000);
    const views = [a, b].map((times) => [{ service: "users", endpoints: [times.snapshot("x")] }]);
    const other = { service: "orders", endpoints: [a.snapshot("y")] };
    expect(mergeTimes([...views, [other]])).toEqual([
      {
        service: "users",
        endpoints: [
          {
            endpoint: "x",
            answers: 6,
            overMs: 10_000,
            meanMs: 2,
            times: [
              [1, 4],
              [4, 2],
            ],
          },
        ],
      },
      other,
    ]);
  });
});
