import type { Verdict } from "./judge.ts";
import type { Probe } from "./probe.ts";

/** One target's verdicts, in the order of the probes. */
export interface Results {
  readonly name: string;
  readonly verdicts: readonly Verdict[];
}

/** A table of the probes that not every target holds, and what happened there. */
export function differences(probes: readonly Probe[], results: readonly Results[]): string {
  const rows = probes
    .map((probe, i) => ({ probe, cells: results.map(({ verdicts }) => cell(verdicts[i])) }))
    .filter(({ cells }) => cells.some((text) => text.startsWith("NOT")))
    .map(({ probe, cells }) => [`${probe.rfc} ${probe.word}`, probe.name, ...cells]);
  const header = ["RFC", "probe", ...results.map(({ name }) => name)];
  const counts = results.map(({ name, verdicts }) => {
    const run = verdicts.filter(({ held }) => held !== undefined);
    return `${name}: ${run.filter(({ held }) => held).length} of ${run.length} held`;
  });
  return `${render([header, ...rows])}\n${counts.join(" · ")}`;
}

const WIDTH = 46;

function cell(verdict: Verdict | undefined): string {
  if (verdict?.held === undefined) return "not run";
  return verdict.held ? "held" : `NOT: ${verdict.complaints.join("; ")}`;
}

function render(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.min(column === 1 ? 62 : WIDTH, Math.max(...rows.map((row) => (row[column] ?? "").length))),
  );
  return rows.map((row) => row.map((text, column) => fit(text, widths[column] ?? WIDTH)).join("  ")).join("\n");
}

function fit(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}
