import { type AnyReport, isJudged } from "../any-report.ts";
import { ERROR_COLUMN, FIGURE_COLUMNS, type FigureColumn, isBest, QUEUE_COLUMN } from "../columns.ts";
import type { AlgorithmResult } from "../model.ts";
import { measuredP99 } from "../measured.ts";
import type { Current } from "./current.ts";
import { escapeHtml } from "./escape.ts";
import type { Look } from "./looks.ts";
import { linePath } from "./plot.ts";
import { tags } from "./tags.ts";

/** The comparison: what is best of each column stands out, by more than its colour. */
export function figuresTable(report: AnyReport, looks: readonly Look[], current: Current | undefined): string {
  const failed = report.results.some(({ errors }) => errors > 0);
  const columns = [...FIGURE_COLUMNS, ...(failed ? [ERROR_COLUMN] : []), QUEUE_COLUMN];
  const drawn = looks.some(({ result }) => result.timeline !== undefined);
  const head = [
    '<th scope="col">algorithm</th>',
    ...columns.map(({ title }) => `<th scope="col" class="n">${title}</th>`),
    ...(drawn ? ['<th scope="col">p99 over time</th>'] : []),
  ];
  const judged = report.results.filter(({ algorithm }) => isJudged(report.verdict, algorithm));
  const rows = looks.map((look) => row(look, report, judged, columns, drawn, current));
  return `<div class="scroll" tabindex="0" role="region" aria-label="The figures of each algorithm"><table><thead><tr>${head.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

function row(
  look: Look,
  { verdict }: AnyReport,
  judged: readonly AlgorithmResult[],
  columns: readonly FigureColumn[],
  drawn: boolean,
  current: Current | undefined,
): string {
  const { result } = look;
  const cells = columns.map((column) => {
    const text = column.format(column.value(result));
    return judged.length > 1 && judged.includes(result) && isBest(column, result, judged)
      ? `<td class="n best"><b>${text}</b><span class="unseen"> (best)</span></td>`
      : `<td class="n">${text}</td>`;
  });
  const spark = drawn ? `<td>${sparkline(measuredP99(result.timeline))}</td>` : "";
  const head = look.role === "recorded" ? '<tr class="truth">' : "<tr>";
  return `${head}<th scope="row">${escapeHtml(look.name)} ${tags(look, verdict, current)}</th>${cells.join("")}${spark}</tr>`;
}

/** From 0 to its own highest: the shape alone. */
function sparkline(values: readonly (number | null)[]): string {
  const most = Math.max(1e-9, ...values.map((value) => value ?? 0));
  const path = linePath(
    values.map((value, i) =>
      value === null ? undefined : [i / Math.max(1, values.length - 1), (value / most) * 0.92],
    ),
  );
  return `<svg class="spark" viewBox="0 0 1000 1000" preserveAspectRatio="none" width="110" height="22" aria-hidden="true"><path d="${path}"/></svg>`;
}
