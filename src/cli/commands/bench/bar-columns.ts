import { formatTime } from "../../../lab/report/columns.ts";
import { measuredP99 } from "../../../lab/report/measured.ts";
import type { AlgorithmResult } from "../../../lab/report/model.ts";
import type { Style } from "../../ui/style.ts";
import { type SpreadAxis, spreadBars } from "./spread.ts";
import { trendBars } from "./trend.ts";

/** Bars beside the figures, by how many characters they take. */
export interface Bars {
  readonly trend?: number;
  readonly spread?: number;
}

/** What is drawn where there is room, the most first. */
export const BARS: readonly Bars[] = [
  { trend: 24, spread: 24 },
  { trend: 16, spread: 16 },
  { trend: 24 },
  { trend: 14 },
];

/** How the bars are read; empty where there are none. */
export function barLegend({ trend, spread }: Bars, axis: SpreadAxis | undefined): string {
  if (trend === undefined || axis === undefined) return "";
  const range = `from ${formatTime(axis.from)} by factors to ${formatTime(axis.to)} ms and more`;
  const response = spread === undefined ? "" : ` response times: how many took how long, ${range}; · is none.`;
  return `p99 over time: after the warm-up, each to its own highest.${response}`;
}

/** The titles of their columns. */
export function barTitles({ trend, spread }: Bars): string[] {
  return [...(trend === undefined ? [] : ["p99 over time"]), ...(spread === undefined ? [] : ["response times"])];
}

/** Their cells in an algorithm's row. */
export function barCells(
  result: AlgorithmResult,
  { trend, spread }: Bars,
  axis: SpreadAxis | undefined,
  style: Style,
): string[] {
  return [
    ...(trend === undefined ? [] : [style.link(trendBars(measuredP99(result.timeline), trend))]),
    ...(spread === undefined || axis === undefined ? [] : [style.link(spreadBars(result, axis, spread))]),
  ];
}
