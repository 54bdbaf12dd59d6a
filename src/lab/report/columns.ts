import type { AlgorithmResult } from "./model.ts";
import { share, threeFigures } from "./wording.ts";

/** A column of figures: what it shows of a result, and which end of it is the good one. */
export interface FigureColumn {
  readonly title: string;
  readonly best: "lowest" | "highest";
  value(result: AlgorithmResult): number;
  format(value: number): string;
}

/** The figures of the comparison, from left to right. */
export const FIGURE_COLUMNS: readonly FigureColumn[] = [
  time("mean", (result) => result.responseTime.mean),
  time("p50", (result) => result.responseTime.p50),
  time("p90", (result) => result.responseTime.p90),
  time("p99", (result) => result.responseTime.p99),
  time("p99.9", (result) => result.responseTime.p999),
  { title: "fair", best: "highest", value: (result) => result.fairness, format: (value) => value.toFixed(3) },
  { title: "req/s", best: "highest", value: (result) => result.throughput, format: formatRate },
];

/** Shown where there is room for it. */
export const QUEUE_COLUMN: FigureColumn = {
  title: "queue",
  best: "lowest",
  value: (result) => result.maxQueue,
  format: (value) => String(value),
};

/** Shown where there were any. */
export const ERROR_COLUMN: FigureColumn = {
  title: "failed",
  best: "lowest",
  value: ({ errors, requests }) => errors / Math.max(1, requests),
  format: (value) => (value === 0 ? "0" : share(value)),
};

function time(title: string, value: (result: AlgorithmResult) => number): FigureColumn {
  return { title, best: "lowest", value, format: formatTime };
}

/** Milliseconds in at most five characters: "8.11", "53.7", "424", "9870"; from 10 s on with the unit: "93.1s". */
export function formatTime(ms: number): string {
  if (ms < 9999.5) return threeFigures(ms);
  if (ms < 9_999_500) return `${threeFigures(ms / 1000)}s`;
  return `${threeFigures(ms / 3_600_000)}h`;
}

/** Requests a second in at most five characters: "99.5", "677", "8765", "85.0k". */
export function formatRate(perSecond: number): string {
  return perSecond < 9999.5 ? threeFigures(perSecond) : `${threeFigures(perSecond / 1000)}k`;
}

/** Does a result show the best value of a column? By what is shown: what looks equal is marked alike. */
export function isBest(column: FigureColumn, result: AlgorithmResult, results: readonly AlgorithmResult[]): boolean {
  const values = results.map((other) => column.value(other));
  const best = column.best === "lowest" ? Math.min(...values) : Math.max(...values);
  return column.format(column.value(result)) === column.format(best);
}
