import { formatPath, isWithin } from "./config-path.ts";
import type { Diagnostic, Problem, SourceRange } from "./diagnostic.ts";
import type { Interpolated } from "./interpolate.ts";
import { createLineIndex, type LineIndex } from "./line-index.ts";
import { type ConfigSource, locate } from "./source.ts";

/**
 * Gives every finding its place in the file, takes out what came from the environment, and puts them in the order of
 * the file. Of equal ones at one place the first is kept.
 */
export function placeAll(
  source: ConfigSource,
  problems: readonly Problem[],
  interpolated: readonly Interpolated[],
): Diagnostic[] {
  const lines = source.text === undefined ? undefined : createLineIndex(source.text);
  const placed = new Map<string, Diagnostic>();
  for (const one of problems) {
    const diagnostic = place(source, lines, redact(one, interpolated));
    const key = `${diagnostic.code} ${diagnostic.path} ${diagnostic.line}:${diagnostic.column} ${diagnostic.message}`;
    if (!placed.has(key)) placed.set(key, diagnostic);
  }
  return [...placed.values()].sort(byPlace);
}

/** The order of the file. */
export function byPlace(a: Diagnostic, b: Diagnostic): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0) || a.code.localeCompare(b.code);
}

function place(source: ConfigSource, lines: LineIndex | undefined, found: Problem): Diagnostic {
  const range = found.range ?? (source.tree === undefined ? undefined : locate(source.tree, found.path, found.at));
  return {
    code: found.code,
    severity: found.severity,
    message: found.message,
    file: source.name,
    ...(range === undefined || lines === undefined ? {} : positionOf(range, lines)),
    path: formatPath(found.path),
    ...(found.hint === undefined ? {} : { hint: found.hint }),
    ...(found.witness === undefined ? {} : { witness: found.witness }),
  };
}

/** The caret stays on one line: a range that goes on is cut at that line's end. */
function positionOf(range: SourceRange, lines: LineIndex): { line: number; column: number; length: number } {
  const { line, column } = lines.positionAt(range.start);
  const rest = lines.lineEnd(line) - range.start;
  return { line, column, length: Math.max(1, Math.min(range.end - range.start, rest)) };
}

/** Shorter ones occur in messages by chance: a port, a word. */
const UNMISTAKABLE = 6;

/**
 * A message may repeat a value. One that came from the environment is replaced by its placeholder: at its own place
 * always, elsewhere if it is long enough not to be part of the message by chance.
 */
function redact(found: Problem, interpolated: readonly Interpolated[]): Problem {
  const secrets = interpolated.filter(({ text, path }) => {
    if (text === "" || text === "true" || text === "false") return false;
    return text.length >= UNMISTAKABLE || isWithin(found.path, path) || isWithin(path, found.path);
  });
  const hide = (text: string): string =>
    secrets.reduce((shown, { text: secret, written }) => shown.replace(pattern(secret), () => written), text);
  return {
    ...found,
    message: hide(found.message),
    hint: found.hint && hide(found.hint),
    witness: found.witness && hide(found.witness),
  };
}

/** A short value counts only as a whole word. */
function pattern(secret: string): RegExp {
  const literal = secret.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  return new RegExp(secret.length < UNMISTAKABLE ? `(?<!\\w)${literal}(?!\\w)` : literal, "g");
}
