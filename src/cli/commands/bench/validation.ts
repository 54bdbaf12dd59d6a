import { stripVTControlCharacters } from "node:util";
import type { ValidationReport, ValidationRow } from "../../../lab/report/validation.ts";
import type { TextSink } from "../../context.ts";
import { createStyle, type Style } from "../../ui/style.ts";
import { wrap } from "../../ui/wrap.ts";

const HEAD = ["what", "theory", "simulated", "difference", "allowed", ""] as const;
const SIGNS = { equals: "", "at least": "≥ ", "at most": "≤ " } as const;

/** Writes the table of theory beside simulation, and what it comes to. */
export function printValidation({ rows, ok, seed }: ValidationReport, sink: TextSink): void {
  const style = createStyle(sink);
  const cells = rows.map((row) => rowCells(row, style));
  const widths = HEAD.map((title, i) =>
    Math.max(title.length, ...cells.map((row) => stripVTControlCharacters(row[i] ?? "").length)),
  );
  // What is being held against theory takes the rest of the line; a longer one stands in a line of its own.
  const room = Math.max(HEAD[0].length, sink.columns - widths.slice(1).reduce((sum, width) => sum + width + 2, 0));
  const first = Math.min(widths[0] ?? room, room);
  const lines = [HEAD.map((title) => style.strong(title)), ...cells].flatMap((row) => lineOf(row, first, widths));
  const failed = rows.filter((row) => !row.ok);
  const verdict = ok
    ? style.strong(style.good(`All ${rows.length} agree with theory.`))
    : style.strong(style.bad(`${failed.length} of ${rows.length} do not agree with theory.`));
  const sources = `Sources: ${[...new Set(rows.map(({ source }) => source))].join("; ")}.`;
  const legend = `Response times in ms, service takes 10 ms on average, seed ${seed}. ≥ and ≤: theory gives a bound. ${sources}`;
  sink.write(`${lines.join("\n")}\n\n${style.faint(wrap(legend, sink.columns))}\n\n${verdict}\n`);
}

function rowCells(row: ValidationRow, style: Style): string[] {
  const { what, relation, theory, simulated, difference, tolerance, ok } = row;
  return [
    what,
    SIGNS[relation] + figure(theory),
    figure(simulated),
    `${difference < 0 ? "−" : "+"}${Math.abs(difference * 100).toFixed(2)} %`,
    `${relation === "equals" ? "± " : ""}${(tolerance * 100).toFixed(2)} %`,
    ok ? style.good("ok") : style.bad("FAILED"),
  ];
}

function lineOf(row: readonly string[], first: number, widths: readonly number[]): string[] {
  const [what = "", ...figures] = row;
  const aligned = figures.map((cell, i) => {
    const pad = " ".repeat((widths[i + 1] ?? 0) - stripVTControlCharacters(cell).length);
    return i === figures.length - 1 ? cell : pad + cell;
  });
  const length = stripVTControlCharacters(what).length;
  const rest = aligned.join("  ");
  if (length <= first) return [`${what}${" ".repeat(first - length)}  ${rest}`];
  return [what, `${" ".repeat(first)}  ${rest}`];
}

/** Five significant figures: enough to see a difference of one in a thousand. */
function figure(value: number): string {
  return value.toPrecision(5);
}
