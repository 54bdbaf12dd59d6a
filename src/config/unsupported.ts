import { type ConfigPath, formatPath, isMapping } from "./config-path.ts";
import type { Problem } from "./diagnostic.ts";

interface Row {
  /** `*` is any key, `#` any place of a list. */
  readonly path: string;
  /** What this version does not do: completes "this version does not …". */
  readonly what: string;
}

/**
 * The part of the vocabulary that is not built yet. It is refused, never ignored, so that nobody relies on a protection
 * that is not there. Whoever builds one deletes its row.
 */
export const UNSUPPORTED: readonly Row[] = [
  { path: "telemetry.tracing", what: "trace requests" },
  { path: "tests", what: "run tests" },
];

const ROWS = UNSUPPORTED.map((row) => ({ ...row, steps: row.path.split(".") }));

/** An error (GW0110) for everything in `input` that this version does not act on. */
export function unsupportedProblems(input: unknown): Problem[] {
  return ROWS.flatMap((row) =>
    find(input, row.steps, [])
      .filter(({ value }) => applies(value))
      .map(({ path }) => refusal(row, path)),
  );
}

/** Every value but `false` and an empty list. */
function applies(value: unknown): boolean {
  return value !== false && value !== undefined && !(Array.isArray(value) && value.length === 0);
}

function refusal(row: Row, path: ConfigPath): Problem {
  const hint = `this version does not ${row.what} yet; remove it`;
  return {
    code: "GW0110",
    severity: "error",
    path,
    at: "key",
    message: `${formatPath(path)} is not supported yet`,
    hint,
  };
}

function find(value: unknown, steps: readonly string[], path: ConfigPath): { path: ConfigPath; value: unknown }[] {
  const [step, ...rest] = steps;
  if (step === undefined) return [{ path, value }];
  if (step === "#") return Array.isArray(value) ? value.flatMap((item, i) => find(item, rest, [...path, i])) : [];
  if (!isMapping(value)) return [];
  const keys = step === "*" ? Object.keys(value) : Object.hasOwn(value, step) ? [step] : [];
  return keys.flatMap((key) => find(value[key], rest, [...path, key]));
}
