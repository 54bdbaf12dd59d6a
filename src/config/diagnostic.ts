import type { ErrorCode } from "../shared/errors/table.ts";
import type { ConfigPath } from "./config-path.ts";

export type Severity = "error" | "warning" | "note";

/** One finding about a config, placed in its file. What `check --json` prints. */
export interface Diagnostic {
  readonly code: ErrorCode;
  readonly severity: Severity;
  /** One sentence without a full stop. Never holds a value that came from the environment. */
  readonly message: string;
  /** Relative to the working directory where it is below it. */
  readonly file: string;
  /** From 1. Absent where the file has no positions (a config that is code) or the finding has none. */
  readonly line?: number;
  /** From 1, in UTF-16 code units as editors count. */
  readonly column?: number;
  /** How many code units from there on are meant; for the caret, on one line. */
  readonly length?: number;
  /** As in `services.users.endpoints[0]`; "" is the whole file. */
  readonly path: string;
  readonly hint?: string;
  /** A request that shows it, as in "GET http://localhost/users". */
  readonly witness?: string;
}

/** A finding before it is placed: `at` says whether the key or its value is meant. */
export interface Problem {
  readonly code: ErrorCode;
  readonly severity: Severity;
  readonly message: string;
  readonly path: ConfigPath;
  readonly at: "key" | "value";
  readonly hint?: string | undefined;
  readonly witness?: string | undefined;
  /** Where a parser knows the place itself. */
  readonly range?: SourceRange | undefined;
}

/** Offsets into a source's text, in UTF-16 code units; `end` is exclusive. */
export interface SourceRange {
  readonly start: number;
  readonly end: number;
}

/** An error at a value; the common case. */
export function problem(code: ErrorCode, path: ConfigPath, message: string, hint?: string): Problem {
  return { code, severity: "error", path, at: "value", message, hint };
}
