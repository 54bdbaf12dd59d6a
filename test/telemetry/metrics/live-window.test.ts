import { describe, expect, it } from "vitest";
import { createLiveWindow, type LiveWindow, summarizeLive } from "../../../src/telemetry/metrics/live-window.ts";

/** `perSecond` requests of `ms` each, evenly, from `from` to `to`. */
function load(
  window: ReturnType<typeof createLiveWindow>,
  from: number,
  to: number,
  perSecond: number,
  ms: number,
): void {
  const step = 1_000 / perSecond;
  for (let now = from; now < to; now += step) window.record(200, ms, now);
}

const summaryOf = (window: LiveWindow, now: number) => summarizeLive([window.counts(now)]);

describe("the live summary", () => {
  it("knows nothing before the first request", () => {
    const summary = summaryOf(createLiveWindow(0), 60_000);
    expect(summary).toEqual({ requests: 0, errors: 0, requestsPerSecond: 0, p50Ms: null, p99Ms: null });
  });

  it("counts answers of 500 and more as errors, and no others", () => {
    const window = createLiveWindow(0);
    for (const status of [200, 304, 404, 429, 499, 500, 502, 504]) window.record(status, 1, 10);
    expect(summaryOf(window, 20)).toMatchObject({ requests: 8, errors: 3 });
  });

  it.each([0, 123_456.7])("gives the rate over the last 10 s, begun at %d", (start) => {
    const window = createLiveWindow(start);
    load(window, start, start + 30_000, 50, 1);
    expect(summaryOf(window, start + 30_000).requestsPerSecond).toBeCloseTo(50, -0.5);
  });

  it("does not divide by time that has not passed yet", () => {
    const window = createLiveWindow(1_000);
    load(window, 1_000, 4_000, 100, 1);
    // 300 requests in the 3 s that the gateway has been up.
    expect(summaryOf(window, 4_000).requestsPerSecond).toBe(100);
  });

  it("forgets the rate after 10 s of silence, and latencies after 20 s, but not the totals", () => {
    const window = createLiveWindow(0);
    load(window, 0, 5_000, 100, 7);
    expect(summaryOf(window, 14_000)).toMatchObject({ requestsPerSecond: 0, p50Ms: expect.closeTo(7, 1) as number });
    expect(summaryOf(window, 60_000)).toEqual({
      requests: 500,
      errors: 0,
      requestsPerSecond: 0,
      p50Ms: null,
      p99Ms: null,
    });
  });

  it("forgets latencies of long ago, even if nobody has asked in between", () => {
    const window = createLiveWindow(0);
    load(window, 0, 5_000, 100, 7);
    expect(summaryOf(window, 25_000).p50Ms).toBeNull();
  });

  it("is not confused by slots of long ago", () => {
    const window = createLiveWindow(0);
    load(window, 0, 1_000, 100, 1);
    // 16 s later the same slot is used again.
    window.record(200, 1, 16_500);
    expect(summaryOf(window, 16_500).requestsPerSecond).toBeCloseTo(0.1, 1);
  });

  it("tells the median from the tail", () => {
    const window = createLiveWindow(0);
    for (let i = 0; i < 1_000; i++) window.record(200, i < 980 ? 2 : 200, 5);
    const { p50Ms, p99Ms } = summaryOf(window, 10);
    // The histogram is off by 0.8 % at most.
    expect(p50Ms).toBeCloseTo(2, 1);
    expect(Math.abs((p99Ms ?? 0) / 200 - 1)).toBeLessThan(0.01);
  });
});
