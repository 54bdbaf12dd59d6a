import { describe, expect, it } from "vitest";
import { Course } from "../../../src/lab/replay/course.ts";
import { replay } from "../../../src/lab/replay/replay.ts";
import type { ReplayModel } from "../../../src/lab/replay/replay-model.ts";
import { lineOf, recordFrom, synthesize } from "./synthetic-record.ts";

/** Of 40 requests in 1000 ms: two intervals of 500 ms. */
function courseOf(endpoints: number): Course {
  const pickedAt = Float64Array.from({ length: 40 }, (_, i) => (i * 1000) / 39);
  return new Course({
    trace: { count: 40, pickedAt } as ReplayModel["trace"],
    endpoints: Array.from({ length: endpoints }) as ReplayModel["endpoints"],
  });
}

const SETUP = { algorithm: "round-robin", requests: 2_000, meanMs: [10, 10, 16], concurrency: 1, gapMs: 6 };

describe("the course of a replay", () => {
  it("counts an answer when it ended, and a request in progress for as long as it was there", () => {
    const course = courseOf(2);
    course.add(0, 100, 200);
    course.add(1, 400, 700);
    course.add(-1, 900, 1500);
    const { bounds, throughput, mean, inFlight, p99 } = course.timeline;
    expect(bounds).toEqual([0, 500, 1000]);
    // What ends after the last arrival is in no interval, but was in progress until then.
    expect(throughput).toEqual([2, 2]);
    expect(mean).toEqual([100, 300]);
    expect(p99).toEqual([100, 300]);
    // 100 + 100 ms of 500; 200 + 100 ms of 500.
    expect(inFlight).toEqual([0.4, 0.6]);
    expect([course.inFlight(0, 0), course.inFlight(1, 0), course.inFlight(1, 1)]).toEqual([0.2, 0.2, 0.4]);
  });

  it("says nothing of times where nobody was answered, and loses no failure", () => {
    const course = courseOf(1);
    course.fail(600);
    course.fail(30_000);
    expect(course.timeline).toMatchObject({
      mean: [null, null],
      p50: [null, null],
      throughput: [0, 0],
      errors: [0, 2],
    });
  });

  it("is of bounded size, and in every result beside the truth", async () => {
    const record = await recordFrom(synthesize(SETUP).lines);
    const { results, recorded } = await replay(record, { algorithms: ["least-conn", "random"] });
    for (const { distribution, timeline, endpointLoads, responseTime } of [...results, recorded]) {
      expect(timeline?.bounds).toEqual(recorded.timeline?.bounds);
      expect(timeline?.bounds).toHaveLength(61);
      expect(timeline?.p99).toHaveLength(60);
      expect(distribution?.times.at(-1)).toBe(responseTime.max);
      expect(endpointLoads?.map(({ inFlight }) => inFlight?.length)).toEqual([60, 60, 60]);
      const inside = endpointLoads?.reduce((sum, { inFlight }) => sum + (inFlight?.[7] ?? 0), 0);
      expect(inside).toBeCloseTo(timeline?.inFlight[7] ?? -1, 1);
    }
  });

  it("has what failed where it did, on the clock of what is replayed", async () => {
    const { lines } = synthesize(SETUP);
    const endpoint = "http://localhost:4001";
    const failed = [6_000, 6_001, 6_002].map((at) => lineOf({ at, took: 1, endpoint, status: 502, code: "GW0303" }));
    const { recorded } = await replay(await recordFrom([...lines, ...failed]), { algorithms: ["p2c"] });
    const { errors = [], bounds = [] } = recorded.timeline ?? {};
    const where = errors.findIndex((count) => count > 0);
    expect(errors.reduce((sum, count) => sum + count, 0)).toBe(3);
    expect(bounds[where]).toBeLessThan(6_000);
    expect(bounds[where + 1]).toBeGreaterThan(5_900);
    expect(recorded.maxQueue).toBeGreaterThan(1);
  });
});
