import type { CacheCase } from "./cache-case.ts";
import type { CaseVerdict } from "./run-case.ts";

/** One target's verdicts, in the order of the cases. */
export interface Results {
  readonly name: string;
  readonly verdicts: readonly CaseVerdict[];
}

/** A table of the cases that not every target holds, what happened there, and how many each one holds, by level. */
export function comparison(cases: readonly CacheCase[], results: readonly Results[]): string {
  const rows = cases
    .map((each, i) => ({ each, cells: results.map(({ verdicts }) => cell(verdicts[i])) }))
    .filter(({ cells }) => cells.some((text) => text !== "held"))
    .map(({ each, cells }) => [each.section, each.level, each.name, ...cells]);
  const header = ["RFC", "level", "case", ...results.map(({ name }) => name)];
  return `${render([header, ...rows])}\n${results.map((each) => counts(cases, each)).join("\n")}`;
}

function counts(cases: readonly CacheCase[], { name, verdicts }: Results): string {
  const levels = [...new Set(cases.map(({ level }) => level))].map((level) => {
    const own = verdicts.filter((_, i) => cases[i]?.level === level);
    return `${level} ${own.filter(({ held }) => held === true).length}/${own.length}`;
  });
  const held = verdicts.filter((verdict) => verdict.held === true).length;
  const notShown = verdicts.filter((verdict) => verdict.held === undefined).length;
  const open = notShown === 0 ? "" : `, ${notShown} could not be shown`;
  return `${name}: ${held} of ${cases.length} held${open} (${levels.join(", ")})`;
}

const WIDTH = 46;

function cell(verdict: CaseVerdict | undefined): string {
  if (verdict?.held === true) return "held";
  const why = verdict?.complaints.join("; ") ?? "not run";
  return verdict?.held === undefined ? `not shown: ${why}` : `NOT: ${why}`;
}

function render(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.min(column === 2 ? 72 : WIDTH, Math.max(...rows.map((row) => (row[column] ?? "").length))),
  );
  return rows
    .map((row) =>
      row
        .map((text, column) => fit(text, widths[column] ?? WIDTH))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function fit(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}
