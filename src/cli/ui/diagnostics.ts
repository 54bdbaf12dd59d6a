import type { Diagnostic, Severity } from "../../config/diagnostic.ts";
import type { TextSink } from "../context.ts";
import { displayWidth, printable } from "./display-width.ts";
import { createStyle, type Style } from "./style.ts";

/** A file and what was found in it, as `loadConfig` returns it. */
export interface DiagnosedFile {
  /** As named to people. */
  readonly name: string;
  /** Its text, for frames. */
  readonly text: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Lines shown above the one that is meant: they tell in which section it stands. */
const LINES_ABOVE = 2;
const NARROWEST_FRAME = 40;

/**
 * Writes findings for a person: code and message, the place in the file with a caret under what is meant, and the hint.
 * The lines are those of the file, where values from the environment are still placeholders.
 */
export function writeDiagnostics(sink: TextSink, file: DiagnosedFile): void {
  const style = createStyle(sink);
  const lines = file.text?.split(/\r?\n/) ?? [];
  for (const diagnostic of file.diagnostics) {
    const hasFrame = diagnostic.file === file.name && diagnostic.line !== undefined && lines.length > 0;
    const body = hasFrame ? frame(diagnostic, lines, sink.columns, style) : plain(diagnostic, style);
    sink.write(`${heading(diagnostic, style)}\n${body}\n`);
  }
}

/** "2 errors, 1 warning in gateway.config.yaml"; `undefined` if there is nothing to count. */
export function summarize({ name, diagnostics }: DiagnosedFile): string | undefined {
  const counts = (["error", "warning", "note"] as const).flatMap((severity) => {
    const count = diagnostics.filter((each) => each.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? "" : "s"}`];
  });
  return counts.length === 0 ? undefined : `${counts.join(", ")} in ${name}`;
}

function heading({ code, severity, message }: Diagnostic, style: Style): string {
  return `${colorOf(severity, style)(severity)} ${style.strong(code)}  ${printable(message)}`;
}

function colorOf(severity: Severity, style: Style): (text: string) => string {
  return { error: style.bad, warning: style.warning, note: style.link }[severity];
}

function placeOf({ file, line, column, path }: Diagnostic): string {
  const position = line === undefined ? "" : `:${line}:${column ?? 1}`;
  return printable(`${file}${position}${path === "" ? "" : `  ${path}`}`);
}

function plain(diagnostic: Diagnostic, style: Style): string {
  const hint = diagnostic.hint === undefined ? "" : `  ${printable(diagnostic.hint)}\n`;
  return `  ${style.faint(placeOf(diagnostic))}\n${hint}`;
}

function frame(diagnostic: Diagnostic, lines: readonly string[], columns: number, style: Style): string {
  const { line = 1, column = 1, length = 1, severity, hint } = diagnostic;
  const gutter = String(line).length + 1;
  const room = Math.max(NARROWEST_FRAME, columns) - gutter - 4;
  const row = (label: string, text: string): string =>
    `${style.faint(`${label.padStart(gutter)} │`)} ${text}`.trimEnd();

  const rows = [`${" ".repeat(gutter)}${style.faint("─▶")} ${style.faint(placeOf(diagnostic))}`];
  const from = startOfWindow(lines[line - 1] ?? "", column, length, room);
  for (let n = Math.max(1, line - LINES_ABOVE); n <= line; n++) {
    rows.push(row(String(n), cut(lines[n - 1] ?? "", n === line ? from : 0, room)));
  }
  const text = lines[line - 1] ?? "";
  const lead = from === 0 ? "" : "…";
  const indent = displayWidth(lead + printable(text.slice(from, column - 1)));
  const marked = displayWidth(printable(text.slice(column - 1, column - 1 + length)));
  const caret = "^".repeat(Math.max(1, Math.min(marked, room - indent)));
  rows.push(row("", `${" ".repeat(indent)}${colorOf(severity, style)(caret)}`));
  if (hint !== undefined) rows.push(`${" ".repeat(gutter)} ${style.faint("=")} ${printable(hint)}`);
  return `${rows.join("\n")}\n`;
}

/** Long lines (JSON in one line) are shown from a little before what is meant. Offset of the first character shown. */
function startOfWindow(text: string, column: number, length: number, room: number): number {
  const end = displayWidth(printable(text.slice(0, column - 1 + length)));
  if (end <= room) return 0;
  const before = Math.max(8, Math.floor(room / 3));
  return Math.max(0, column - 1 - before);
}

/** The part of a line from an offset that fits; `…` stands for what is left out. */
function cut(text: string, from: number, room: number): string {
  const lead = from > 0 && text.length > 0 ? "…" : "";
  const rest = printable(text.slice(from));
  if (displayWidth(rest) + lead.length <= room) return lead + rest;
  let shown = "";
  for (const char of rest) {
    if (displayWidth(shown + char) + lead.length + 1 > room) break;
    shown += char;
  }
  return `${lead}${shown}…`;
}
