import { createHistogram, type Histogram, lowerBound, mergeHistogram } from "../../shared/histogram.ts";
import { createRng, nextInt } from "../../shared/rng.ts";
import type { Interval } from "../report/paired.ts";

/** How often each of the record's blocks is drawn, again and again: the same draws for every algorithm. */
export type Draws = readonly Uint16Array[];

const DRAWS = 400;
/** What is outside on each side, of 95 of 100. */
const OUTSIDE = 0.025;

/** `blocks` of `blocks`, each time: how often each block was drawn. */
export function drawBlocks(blocks: number, seed: string): Draws {
  const rng = createRng(`${seed}/blocks`);
  return Array.from({ length: DRAWS }, () => {
    const times = new Uint16Array(blocks);
    for (let i = 0; i < blocks; i++) {
      const block = nextInt(rng, blocks);
      times[block] = (times[block] as number) + 1;
    }
    return times;
  });
}

/** The share of the values above the percentile that is looked at. */
const ABOVE = 0.01;

/** The 99th percentile in each draw. */
export function drawnP99s(blocks: readonly Histogram[], draws: Draws): Float64Array {
  const top =
    (blocks[0]?.counts.findLastIndex((_, bucket) => blocks.some(({ counts }) => counts[bucket] !== 0)) ?? -1) + 1;
  return Float64Array.from(draws, (times) => {
    let left = ABOVE * blocks.reduce((sum, { count }, i) => sum + count * (times[i] as number), 0);
    // From the highest bucket down: only the last hundredth of the values is ever looked at.
    for (let bucket = top - 1; bucket >= 0; bucket--) {
      let inside = 0;
      for (let i = 0; i < times.length; i++) {
        if (times[i] !== 0) inside += (times[i] as number) * (blocks[i]?.counts[bucket] as number);
      }
      if (inside >= left && inside > 0) {
        const [low, high] = [lowerBound(bucket), lowerBound(bucket + 1)];
        return high - (high - low) * (left / inside);
      }
      left -= inside;
    }
    return 0;
  });
}

/** Where 95 of 100 draws lie: the block bootstrap's percentile interval (Künsch 1989). */
export function drawnInterval(values: Float64Array): Pick<Interval, "low" | "high"> {
  const sorted = values.toSorted();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number;
  return { low: at(OUTSIDE), high: at(1 - OUTSIDE) };
}

/** All blocks together. */
export function merged(blocks: readonly Histogram[]): Histogram {
  const all = createHistogram();
  for (const block of blocks) mergeHistogram(all, block);
  return all;
}
