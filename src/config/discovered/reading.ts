import type { EndpointSpec } from "../../upstream/schema/endpoints.ts";
import type { ConfigPath } from "../config-path.ts";
import type { Diagnostic, Problem } from "../diagnostic.ts";
import { placeAll } from "../place.ts";
import type { ConfigSource } from "../source.ts";
import type { ErrorCode } from "../../shared/errors/table.ts";

/** What a file says of a service's endpoints. */
export interface EndpointReading {
  /** `undefined` if the file cannot be used: what is known stays. */
  readonly endpoints: readonly EndpointSpec[] | undefined;
  /** What is wrong with the file, or doubtful, placed in it. */
  readonly findings: readonly Diagnostic[];
}

/** "inventory.json:3:12: [1].weight must be a whole number": a finding in a file that is not the config. */
export function findingText({ file, line, column, message }: Diagnostic): string {
  const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
  return `${place}: ${message}`;
}

/** A finding about a whole file that has not been parsed. */
export function aboutFile(
  code: ErrorCode,
  severity: Diagnostic["severity"],
  file: string,
  message: string,
): EndpointReading {
  return { endpoints: undefined, findings: [{ code, severity, message, file, path: "" }] };
}

/** Places what was found; with an error among it, there are no endpoints. */
export function placedReading(
  source: ConfigSource,
  problems: readonly Problem[],
  endpoints: readonly EndpointSpec[] | undefined,
): EndpointReading {
  const findings = placeAll(source, problems, []);
  const isBroken = problems.some(({ severity }) => severity === "error");
  return { endpoints: isBroken ? undefined : endpoints, findings };
}

/** A problem of a code at a value. */
export function foundAt(
  code: ErrorCode,
  severity: Diagnostic["severity"],
  path: ConfigPath,
  message: string,
  hint?: string,
): Problem {
  return { code, severity, path, at: "value", message, hint };
}

/** Why a file cannot be read, in words. */
export function unreadable(error: unknown): { readonly isMissing: boolean; readonly message: string } {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT" || code === "ENOTDIR") return { isMissing: true, message: "does not exist" };
  return { isMissing: false, message: code === "EISDIR" ? "is a folder, not a file" : `cannot be read: ${message}` };
}
