import type { ErrorCode } from "../../../shared/errors/gateway-error.ts";

/** Where something is: a file, and a JSON Pointer (RFC 6901) inside it. */
export interface Place {
  /** As shown to people; `undefined` for what stands in the config itself. */
  readonly file: string | undefined;
  readonly pointer: string;
  /** From 1. */
  readonly line?: number | undefined;
}

/** Something wrong with a schema or an OpenAPI document. */
export interface DocumentFault {
  readonly code: Extract<ErrorCode, "GW0140" | "GW0141" | "GW0142" | "GW0143" | "GW0144">;
  readonly severity: "error" | "warning";
  /** One sentence without a full stop, to stand behind the place. */
  readonly message: string;
  readonly place: Place;
  readonly hint?: string | undefined;
}

/** "openapi.yaml:12 /paths/~1pets/get: has no responses". */
export function faultText({ message, place: { file, pointer, line } }: DocumentFault): string {
  const named = file === undefined ? "" : line === undefined ? file : `${file}:${line}`;
  const where = [named, pointer].filter((part) => part !== "").join(" ");
  return where === "" ? message : `${where}: ${message}`;
}
