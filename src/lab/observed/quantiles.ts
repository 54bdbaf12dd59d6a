import { BUCKET_RATIO, type EndpointTimes } from "../../upstream/observed-times.ts";

/**
 * The times at the middle of `count` equal parts of what was observed, shortest first: drawn with equal chance they have
 * the same distribution. Inside a bucket times are taken to lie evenly.
 */
export function quantilesOf({ answers, times }: EndpointTimes, count: number): number[] {
  const quantiles: number[] = [];
  let before = 0;
  let at = 0;
  for (let i = 0; i < count; i++) {
    const rank = ((i + 0.5) / count) * answers;
    while (at < times.length - 1 && before + (times[at]?.[1] ?? 0) < rank) before += times[at++]?.[1] ?? 0;
    const [upToMs, inside] = times[at] ?? [0, 1];
    const low = upToMs / BUCKET_RATIO;
    quantiles.push(low + (upToMs - low) * Math.min(1, (rank - before) / inside));
  }
  return quantiles;
}
