import { describe, expect, it } from "vitest";
import { drawBlocks, drawnInterval, drawnP99s, merged } from "../../../src/lab/replay/bootstrap.ts";
import { createHistogram, mergeHistogram, percentile, recordValue } from "../../../src/shared/histogram.ts";
import { createRng, nextFloat } from "../../../src/shared/rng.ts";

const exponential = (seed: string, count: number) => {
  const rng = createRng(seed);
  const histogram = createHistogram();
  for (let i = 0; i < count; i++) recordValue(histogram, -Math.log(1 - nextFloat(rng)) * 10);
  return histogram;
};

describe("drawing blocks anew", () => {
  it("has the p99 of the blocks that were drawn", () => {
    const blocks = Array.from({ length: 8 }, (_, i) => exponential(`b${i}`, 503));
    const draws = drawBlocks(8, "7");
    const p99s = drawnP99s(blocks, draws);
    for (const draw of [0, 17, 200]) {
      const all = createHistogram();
      draws[draw]?.forEach((times, i) => {
        for (let n = 0; n < times; n++) mergeHistogram(all, blocks[i] ?? createHistogram());
      });
      expect(p99s[draw]).toBeCloseTo(percentile(all, 99), 3);
    }
  });

  it("holds the true p99 in most experiments, and is as wide as the record is short", () => {
    const truth = -Math.log(0.01) * 10;
    let held = 0;
    let width = 0;
    for (let run = 0; run < 60; run++) {
      const blocks = Array.from({ length: 20 }, (_, i) => exponential(`${run}/${i}`, 200));
      const { low, high } = drawnInterval(drawnP99s(blocks, drawBlocks(20, String(run))));
      if (low <= truth && truth <= high) held++;
      width += (high - low) / 60;
    }
    expect(held).toBeGreaterThan(50);
    const few = Array.from({ length: 20 }, (_, i) => exponential(`few/${i}`, 50));
    const { low, high } = drawnInterval(drawnP99s(few, drawBlocks(20, "1")));
    expect(high - low).toBeGreaterThan(width);
  });

  it("is 0 where there is nothing", () => {
    const blocks = [createHistogram(), createHistogram()];
    expect(drawnP99s(blocks, drawBlocks(2, "1"))[0]).toBe(0);
    expect(merged(blocks).count).toBe(0);
  });
});
