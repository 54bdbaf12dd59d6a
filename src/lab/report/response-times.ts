import { type Histogram, meanOf, percentile } from "../../shared/histogram.ts";
import type { ResponseTime } from "./model.ts";
import { rounded } from "./rounded.ts";

/** What a request without an answer counts as where algorithms are compared: a client gives up for a minute. */
const FAILED_MS = 60_000;

/** The figures of a histogram of response times. */
export function responseTimeOf(histogram: Histogram): ResponseTime {
  const at = (percent: number) => rounded(percentile(histogram, percent));
  return {
    mean: rounded(meanOf(histogram)),
    p50: at(50),
    p90: at(90),
    p99: at(99),
    p999: at(99.9),
    max: rounded(histogram.max),
    unit: "ms",
  };
}

/**
 * A percentile of what clients felt, in ms: those without an answer are the slowest.
 * @param failed how many got none; they are not in `times`
 */
export function feltPercentile(times: Histogram, failed: number, percent: number): number {
  const { count } = times;
  const rank = (percent / 100) * (count + failed);
  return rank > count ? FAILED_MS : percentile(times, count === 0 ? 0 : (rank / count) * 100);
}
