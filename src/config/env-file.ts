/** What a `.env` file says, and the lines that say nothing. */
export interface EnvFile {
  readonly values: Readonly<Record<string, string>>;
  /** Numbers (from 1) of lines that are neither empty, nor a comment, nor NAME=VALUE. */
  readonly badLines: readonly number[];
}

const LINE = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/;
const DOUBLE_QUOTED = /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/;
const SINGLE_QUOTED = /^'([^']*)'\s*(?:#.*)?$/;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/**
 * Reads a `.env` file. The rules:
 * - one `NAME=VALUE` a line, `export` in front allowed; empty lines and lines that begin with `#` are skipped;
 * - a value without quotes ends at ` #`; spaces around it do not count;
 * - between single quotes everything is literal; between double quotes `\n`, `\r`, `\t`, `\"`, `\\` and `\$` are escapes;
 * - a value is one line, nothing in it is replaced, and the last of several lines with one name counts.
 */
export function parseEnvFile(text: string): EnvFile {
  const values: Record<string, string> = Object.create(null) as Record<string, string>;
  const badLines: number[] = [];
  text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .forEach((line, i) => {
      if (/^\s*(?:#|$)/.test(line)) return;
      const match = LINE.exec(line);
      const value = match === null ? undefined : parseValue(match[2] ?? "");
      if (match === null || value === undefined) badLines.push(i + 1);
      else values[match[1] ?? ""] = value;
    });
  return { values, badLines };
}

function parseValue(text: string): string | undefined {
  if (text.startsWith('"')) {
    return DOUBLE_QUOTED.exec(text)?.[1]?.replace(/\\(.)/g, (_, char: string) => ESCAPES[char] ?? char);
  }
  if (text.startsWith("'")) return SINGLE_QUOTED.exec(text)?.[1];
  return text.replace(/(?:^|\s+)#.*$/, "");
}
