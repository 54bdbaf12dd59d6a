import { uprightBar } from "../../ui/bars.ts";

/**
 * Values over time in at most `width` characters, each from 0 to the series' own highest. Of several that share a
 * character the highest counts, so that no peak is lost; a dot is where there was none.
 */
export function trendBars(values: readonly (number | null)[], width: number): string {
  const count = Math.min(width, values.length);
  const peaks = Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * values.length) / count);
    const to = Math.floor(((i + 1) * values.length) / count);
    return Math.max(0, ...values.slice(from, to).map((value) => value ?? 0));
  });
  const most = Math.max(0, ...peaks);
  return peaks.map((peak) => uprightBar(peak, most)).join("");
}
