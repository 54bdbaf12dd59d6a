import type { AlgorithmResult, Distribution } from "../../../lab/report/model.ts";
import { uprightBar } from "../../ui/bars.ts";

/** The response times that bars stand for, in ms, from the first to the last; one axis for all algorithms. */
export interface SpreadAxis {
  readonly from: number;
  readonly to: number;
}

/** From what is fast under the best to what is rare under the worst that kept up; nothing where no times are known. */
export function spreadOf(results: readonly AlgorithmResult[]): SpreadAxis | undefined {
  const known = results.filter(({ distribution }) => (distribution?.times.length ?? 0) > 1);
  const keptUp = known.filter(({ overloaded }) => overloaded.length === 0);
  const counted = keptUp.length > 0 ? keptUp : known;
  if (counted.length === 0) return undefined;
  const from = Math.min(
    ...counted.map(({ distribution, responseTime }) => timeAt(distribution, 10) || responseTime.p50),
  );
  return { from, to: Math.max(from * 2, ...counted.map(({ responseTime }) => responseTime.p999)) };
}

/** How many requests took how long: a bar for each step of the axis, by factors; the last for all that took longer. */
export function spreadBars({ distribution }: AlgorithmResult, { from, to }: SpreadAxis, width: number): string {
  if (distribution === undefined) return "";
  const factor = (to / from) ** (1 / width);
  const below = Array.from({ length: width + 1 }, (_, i) => percentBelow(distribution, from * factor ** i));
  const shares = below.slice(1).map((percent, i) => (i === width - 1 ? 100 : percent) - (below[i] ?? 0));
  const most = Math.max(...shares);
  return shares.map((share) => uprightBar(share < 0.05 ? 0 : share, most)).join("");
}

/** The time within which so many percent were answered. */
function timeAt(distribution: Distribution | undefined, percent: number): number {
  const { percents = [], times = [] } = distribution ?? {};
  return times[percents.findIndex((each) => each >= percent)] ?? 0;
}

/** How many percent were answered within a time. */
function percentBelow({ percents, times }: Distribution, time: number): number {
  const after = times.findIndex((each) => each >= time);
  if (after < 0) return 100;
  if (after === 0) return 0;
  const [low = 0, high = 0] = [times[after - 1], times[after]];
  const [left = 0, right = 0] = [percents[after - 1], percents[after]];
  return left + ((right - left) * (time - low)) / Math.max(high - low, Number.MIN_VALUE);
}
