import type { ErrorEntry } from "./entry.ts";
import { type ErrorCode, errorEntry } from "./table.ts";

export type { ErrorCode };

/** An error that a user meets: a code of the table, and one sentence about this occurrence. */
export class GatewayError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "GatewayError";
    this.code = code;
  }

  get entry(): ErrorEntry {
    return errorEntry(this.code);
  }
}
