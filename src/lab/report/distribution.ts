import { type Histogram, percentile } from "../../shared/histogram.ts";
import type { Distribution } from "./model.ts";
import { rounded } from "./rounded.ts";

/** Points for each factor of ten in rarity: 90, 99, 99.9 % are ten, a hundred, a thousand times as rare. */
const POINTS_PER_NINE = 16;
const MOST_NINES = 6;

/**
 * The distribution of what was recorded, at points of equal distance in the logarithm of rarity: the tail is drawn as
 * finely as the rest. It ends where a point would stand for less than one value; the last point is the maximum.
 */
export function distributionOf(histogram: Histogram): Distribution {
  const { count } = histogram;
  const nines = Math.min(MOST_NINES, Math.log10(Math.max(1, count)));
  const steps = count === 0 ? -1 : Math.floor(nines * POINTS_PER_NINE);
  const percents = Array.from({ length: steps + 1 }, (_, step) => percentAt(step / POINTS_PER_NINE));
  if (count > 0 && percents.at(-1) !== 100) percents.push(100);
  return { percents, times: percents.map((percent) => rounded(percentile(histogram, percent))), unit: "ms" };
}

/** 0 → 0 %, 1 → 90 %, 2 → 99 %: the percentage above which one in ten, a hundred … lies. */
function percentAt(nines: number): number {
  return Math.round((100 - 100 * 10 ** -nines) * 1e6) / 1e6;
}
