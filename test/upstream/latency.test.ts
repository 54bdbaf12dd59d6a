import { describe, expect, it } from "vitest";
import type { Candidate } from "../../src/balancing/algorithm.ts";
import { recordLatency } from "../../src/upstream/latency.ts";

const DECAY = 10_000;
const fresh = (): Candidate => ({ id: "a", weight: 1, inFlight: 0, latencyMs: 0, peakMs: 0, latencyAt: 0 });

describe("recordLatency", () => {
  it("takes the first measurement whole", () => {
    const candidate = fresh();
    recordLatency(candidate, "ok", 12, 100, DECAY);
    expect(candidate).toMatchObject({ latencyMs: 12, peakMs: 12, latencyAt: 100 });
  });

  it("keeps 1/e of the past after one decay time", () => {
    const candidate = fresh();
    recordLatency(candidate, "ok", 100, 0.5, DECAY);
    recordLatency(candidate, "ok", 0, 0.5 + DECAY, DECAY);
    expect(candidate.latencyMs).toBeCloseTo(100 / Math.E, 9);
    expect(candidate.peakMs).toBeCloseTo(100 / Math.E, 9);
  });

  it("takes a peak at once, and lets it fade slowly", () => {
    const candidate = fresh();
    recordLatency(candidate, "ok", 10, 1, DECAY);
    recordLatency(candidate, "ok", 500, 2, DECAY);
    expect(candidate.peakMs).toBe(500);
    expect(candidate.latencyMs).toBeLessThan(11);
    recordLatency(candidate, "ok", 10, 3, DECAY);
    expect(candidate.peakMs).toBeGreaterThan(499);
  });

  it.each(["error", "timeout", "reset"] as const)(
    "%s never makes an endpoint look faster, but may slower",
    (outcome) => {
      const candidate = fresh();
      recordLatency(candidate, outcome, 1, 1, DECAY);
      expect(candidate.latencyMs).toBe(0);
      recordLatency(candidate, "ok", 50, 1, DECAY);
      recordLatency(candidate, outcome, 1, 5_000, DECAY);
      expect(candidate.latencyMs).toBe(50);
      recordLatency(candidate, outcome, 900, 5_000, DECAY);
      expect(candidate.latencyMs).toBeGreaterThan(50);
      expect(candidate.peakMs).toBe(900);
    },
  );

  it("does not run backwards when the clock does", () => {
    const candidate = fresh();
    recordLatency(candidate, "ok", 10, 100, DECAY);
    recordLatency(candidate, "ok", 20, 50, DECAY);
    expect(candidate).toMatchObject({ latencyMs: 10, peakMs: 20, latencyAt: 100 });
  });
});
