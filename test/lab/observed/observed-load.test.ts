import { describe, expect, it } from "vitest";
import { type ObservedLoad, observedLoad } from "../../../src/lab/observed/observed-load.ts";
import { quantilesOf } from "../../../src/lab/observed/quantiles.ts";
import { parseServiceTime } from "../../../src/lab/simulate/service-times.ts";
import { createRng, nextFloat } from "../../../src/shared/rng.ts";
import { type EndpointTimes, ObservedTimes } from "../../../src/upstream/observed-times.ts";

/** What an endpoint is seen to take whose answers take `mean` ms on average, exponentially, `perSecond` of them. */
function exponential(endpoint: string, mean: number, answers: number, perSecond: number): EndpointTimes {
  const rng = createRng(endpoint);
  const times = new ObservedTimes();
  for (let i = 0; i < answers; i++) times.record(-Math.log(1 - nextFloat(rng)) * mean, (i * 1000) / perSecond);
  return times.snapshot(endpoint);
}

function known(observed: readonly EndpointTimes[]): ObservedLoad {
  const load = observedLoad(observed);
  if (load === undefined) throw new Error("too little");
  return load;
}

describe("quantiles of observed times", () => {
  it("are those of what was recorded, to within a bucket", () => {
    const quantiles = quantilesOf(exponential("a", 10, 20_000, 1000), 50);
    expect(quantiles).toHaveLength(50);
    expect(quantiles.toSorted((a, b) => a - b)).toEqual(quantiles);
    expect(quantiles[24]! / (-Math.log(1 - 0.49) * 10)).toBeCloseTo(1, 1);
    expect(quantiles[49]! / (-Math.log(1 - 0.99) * 10)).toBeCloseTo(1, 1);
  });

  it("of one answer are that one, nearly", () => {
    const [first] = quantilesOf({ endpoint: "a", answers: 1, overMs: 0, meanMs: 8, times: [[8, 1]] }, 1);
    expect(first).toBeGreaterThan(7);
    expect(first).toBeLessThanOrEqual(8);
  });
});

describe("the load of what was observed", () => {
  it("has each endpoint's mean as its speed, and the rate", () => {
    const load = known([exponential("a", 10, 10_000, 40), exponential("b", 20, 10_000, 20)]);
    const { meanMs } = parseServiceTime(load.serviceTime);
    expect(meanMs / load.speeds[0]!).toBeCloseTo(10, 0);
    expect(meanMs / load.speeds[1]!).toBeCloseTo(20, 0);
    // 20,000 answers in 500 s, of which the two could do 150 a second.
    expect(load.requestsPerSecond).toBeCloseTo(40, 0);
    expect(load.load).toBeCloseTo(40 / 150, 2);
    expect(load.concurrency).toBe(1);
  });

  it("does not take a slow endpoint for slow requests", () => {
    const alike = known([exponential("a", 1, 10_000, 10), exponential("b", 100, 10_000, 10)]);
    const times = alike.serviceTime.split(",").map((time) => Number.parseFloat(time.replace("empirical:", "")));
    // Of an exponential distribution, the 99th percentile is 4.6 means; of a mixture of both it would be 9.
    const mean = times.reduce((sum, ms) => sum + ms, 0) / times.length;
    expect(times.at(-1)! / mean).toBeCloseTo(4.7, 0);
  });

  it("takes endpoints that do more than one at a time for such", () => {
    const busy = known([exponential("a", 10, 10_000, 250)]);
    expect(busy.concurrency).toBe(4);
    expect(busy.load).toBeLessThan(0.9);
  });

  it("leaves out where there is too little, and is nothing without any", () => {
    const few = exponential("few", 1, 19, 10);
    const load = known([exponential("a", 10, 100, 10), few]);
    expect(load.endpoints[1]).toEqual({ endpoint: "few", answers: 19, meanMs: null });
    expect(load.answers).toBe(100);
    expect(load.speeds[0]).toBeCloseTo(load.speeds[1]!, 2);
    expect(observedLoad([few])).toBeUndefined();
    expect(observedLoad([])).toBeUndefined();
  });

  it("is the same for the same observations", () => {
    const observed = [exponential("a", 3, 500, 10), exponential("b", 5, 500, 10)];
    expect(observedLoad(observed)).toEqual(observedLoad(structuredClone(observed)));
  });
});
