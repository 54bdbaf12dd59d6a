import type { Timeline } from "./model.ts";

/** The p99 of each interval after the warm-up, which is in no other figure. */
export function measuredP99(timeline: Timeline | undefined): readonly (number | null)[] {
  if (timeline === undefined) return [];
  const { bounds, warmupMs, p99 } = timeline;
  return p99.filter((_, i) => (bounds[i] ?? 0) >= warmupMs);
}
