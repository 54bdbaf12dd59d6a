import { stripVTControlCharacters } from "node:util";
import { isJudged } from "../../../../lab/report/any-report.ts";
import type { AlgorithmResult } from "../../../../lab/report/model.ts";
import type { ReplayReport } from "../../../../lab/report/replay-figures.ts";
import type { TextSink } from "../../../context.ts";
import { condense, uprightBar } from "../../../ui/bars.ts";
import { createStyle, type Style } from "../../../ui/style.ts";
import { formatTime } from "../columns.ts";

/** Endpoints that have a bar. */
const MOST_BARS = 24;

const HEAD = ["", "mean", "p50", "p90", "p99", "95 % sure", "p99.9", "share"] as const;
/** Set to the left: names, and bars. */
const LEFT = new Set([0, HEAD.length - 1]);

/** The replays from the best p99 to the worst, and what was measured below them. */
export function replayTable({ results, recorded, fit, verdict }: ReplayReport, sink: TextSink): string {
  const style = createStyle(sink);
  const ranked = results.toSorted((a, b) => a.responseTime.p99 - b.responseTime.p99);
  // Where there is no verdict, none is left out of it.
  const isGuess = (name: string): boolean => verdict.leaders.length > 0 && !isJudged(verdict, name);
  const best = new Set(results.length > 1 ? verdict.leaders : []);
  const rows = [
    HEAD.map((title) => style.strong(title)),
    ...ranked.map((result) => {
      const { algorithm } = result;
      const name = algorithm + (algorithm === fit?.algorithm ? " (was in use)" : isGuess(algorithm) ? " *" : "");
      return rowOf(best.has(algorithm) ? style.good(name) : name, result, style);
    }),
    rowOf(style.strong("as recorded"), recorded, style),
  ];
  const lines = aligned(rows, ranked.length + 1);
  if (ranked.some(({ algorithm }) => isGuess(algorithm)))
    lines.push("* a guess, and no part of the verdict: see below");
  return lines.join("\n");
}

function rowOf(name: string, result: AlgorithmResult, style: Style): string[] {
  const { mean, p50, p90, p99, p999 } = result.responseTime;
  const { p99Interval: interval } = result;
  return [
    name,
    ...[mean, p50, p90, p99].map(formatTime),
    interval === null ? style.faint("?") : style.faint(`${formatTime(interval.low)}–${formatTime(interval.high)}`),
    formatTime(p999),
    shareBars(result, style),
  ];
}

/** A bar for each endpoint: half a block is an even share. */
function shareBars({ endpoints, requests }: AlgorithmResult, style: Style): string {
  const full = (2 * requests) / endpoints.length;
  const shown = condense(endpoints, MOST_BARS, (endpoint) => endpoint.requests);
  return style.link(shown.map((endpoint) => uprightBar(endpoint.requests, full)).join(""));
}

/** @param ruled the row that a line is drawn above */
function aligned(rows: readonly (readonly string[])[], ruled: number): string[] {
  const length = (text: string): number => stripVTControlCharacters(text).length;
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => length(row[column] ?? ""))));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => {
        const pad = " ".repeat((widths[column] ?? 0) - length(cell));
        return LEFT.has(column) ? cell + pad : pad + cell;
      })
      .join("  ")
      .trimEnd(),
  );
  const rule = "─".repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  return [lines[0] ?? "", rule, ...lines.slice(1, ruled), rule, ...lines.slice(ruled)];
}
