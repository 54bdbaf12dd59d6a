import { createHistogram, type Histogram, mergeHistogram, percentile, resetHistogram } from "../../shared/histogram.ts";
import { createRng, nextInt } from "../../shared/rng.ts";
import type { Interval } from "../report/paired.ts";

/** Of the record's blocks, drawn with replacement again and again: the same draws for every algorithm. */
export type Draws = readonly Uint16Array[];

const DRAWS = 400;
/** What is outside on each side, of 95 of 100. */
const OUTSIDE = 0.025;

/** `blocks` of `blocks`, each time. */
export function drawBlocks(blocks: number, seed: string): Draws {
  const rng = createRng(`${seed}/blocks`);
  return Array.from({ length: DRAWS }, () => Uint16Array.from({ length: blocks }, () => nextInt(rng, blocks)));
}

/** The 99th percentile in each draw. */
export function drawnP99s(blocks: readonly Histogram[], draws: Draws): Float64Array {
  const all = createHistogram();
  return Float64Array.from(draws, (draw) => {
    resetHistogram(all);
    for (const block of draw) mergeHistogram(all, blocks[block] as Histogram);
    return percentile(all, 99);
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
