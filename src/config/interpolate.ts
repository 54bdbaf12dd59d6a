import { type ConfigPath, formatPath } from "./config-path.ts";
import { type Problem, problem } from "./diagnostic.ts";

/** A value that came, in whole or in part, from the environment. */
export interface Interpolated {
  readonly path: ConfigPath;
  /** As the file has it, with its placeholders: what may be shown. */
  readonly written: string;
  /** The text that it stands for: what must not be shown. */
  readonly text: string;
  /** Whether it was a placeholder alone, and became a number or a boolean. */
  readonly retyped: boolean;
}

export interface Interpolation {
  readonly value: unknown;
  /** By formatted path. */
  readonly interpolated: ReadonlyMap<string, Interpolated>;
  readonly problems: readonly Problem[];
}

type Environment = Readonly<Record<string, string | undefined>>;

const PLACEHOLDER = /\$\$\{|\$\{([^}]*)\}?/g;
const NAME = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;
const DEEPEST = 200;

/**
 * Replaces `${NAME}` and `${NAME:-default}` in every text below `root`; `$${` is a literal `${`. As in a shell, `:-`
 * also stands in for an empty variable. A text that is one placeholder and nothing else becomes a number or a boolean
 * where it reads like one. Keys are left alone. Does not change `root`.
 */
export function interpolate(root: unknown, env: Environment): Interpolation {
  const interpolated = new Map<string, Interpolated>();
  const problems: Problem[] = [];
  let isTooDeep = false;

  const scalar = (written: string, path: ConfigPath): unknown => {
    if (!written.includes("${")) return written;
    const { text, isWhole, isReplaced } = replaceAll(written, env, path, problems);
    const value = isWhole ? retype(text) : text;
    if (isReplaced) {
      interpolated.set(formatPath(path), { path, written, text, retyped: typeof value !== "string" });
    }
    return value;
  };
  // Validation would pass over it without a word, because JavaScript gives it a meaning of its own.
  const refuseProto = (path: ConfigPath): boolean => {
    problems.push({
      code: "GW0102",
      severity: "error",
      path,
      at: "key",
      message: "`__proto__` cannot be a key or a name",
    });
    return false;
  };
  const visit = (value: unknown, path: ConfigPath): unknown => {
    if (typeof value === "string") return scalar(value, path);
    if (typeof value !== "object" || value === null) return value;
    if (path.length > DEEPEST) {
      const at = path.slice(0, 1);
      if (!isTooDeep) problems.push(problem("GW0103", at, `${formatPath(at)} is nested too deep, or contains itself`));
      isTooDeep = true;
    }
    // Where one thing has turned out to be endless, the rest would take as long.
    if (isTooDeep) return undefined;
    // A list out of code may have holes; `map` would keep them.
    if (Array.isArray(value)) return Array.from(value, (item, i) => visit(item, [...path, i]));
    const entries = Object.entries(value).filter(([key]) => key !== "__proto__" || refuseProto([...path, key]));
    return Object.fromEntries(entries.map(([key, item]) => [key, visit(item, [...path, key])]));
  };
  return { value: visit(root, []), interpolated, problems };
}

function replaceAll(written: string, env: Environment, path: ConfigPath, problems: Problem[]) {
  let isReplaced = false;
  let isWhole = false;
  const text = written.replace(PLACEHOLDER, (placeholder: string, inside: string | undefined) => {
    if (inside === undefined) return "${";
    const [, name, fallback] = NAME.exec(inside) ?? [];
    if (name === undefined || !placeholder.endsWith("}")) {
      const hint = "write ${NAME} or ${NAME:-default}; a literal ${ is written $${";
      problems.push(problem("GW0108", path, `${placeholder} is not a placeholder`, hint));
      return placeholder;
    }
    isReplaced = true;
    isWhole = placeholder.length === written.length;
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (value !== undefined && (value !== "" || fallback === undefined)) return value;
    if (fallback !== undefined) return fallback;
    const hint = `set ${name} in the environment or in .env, or write \${${name}:-default}`;
    problems.push(problem("GW0108", path, `environment variable ${name} is not set`, hint));
    return placeholder;
  });
  return { text, isReplaced, isWhole };
}

/**
 * As YAML's core schema reads plain texts, but never `null`: an empty variable is an empty text. A number that would
 * be written in another way (1.10, 00501) stays a text.
 */
function retype(text: string): string | number | boolean {
  if (text === "true") return true;
  if (text === "false") return false;
  const isNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text) && String(Number(text)) === text;
  return isNumber ? Number(text) : text;
}
