import { type ErrorCode, errorEntry } from "../shared/errors/table.ts";

/** An error answer of the admin API: RFC 9457 problem+json, with the code that `gatewayctl explain` knows. */
export interface AdminProblem {
  readonly code: ErrorCode;
  /** One sentence about this occurrence. */
  readonly detail: string;
}

/** An answer that is ready to be sent. */
export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Thrown by a handler in place of an answer. */
export class AdminError extends Error implements AdminProblem {
  readonly code: ErrorCode;
  readonly detail: string;

  constructor(code: ErrorCode, detail: string) {
    super(detail);
    this.name = "AdminError";
    this.code = code;
    this.detail = detail;
  }
}

/** Status, fields and body that tell of a problem: title, status and hint are the table's. */
export function problemAnswer({ code, detail }: AdminProblem): ProblemAnswer {
  const { title, httpStatus = 500, hint } = errorEntry(code);
  const headers: Record<string, string> = { "content-type": "application/problem+json" };
  // RFC 9110 section 15.5.2: a 401 says how to authenticate.
  if (httpStatus === 401) headers["www-authenticate"] = "Bearer";
  const members = { type: "about:blank", title, status: httpStatus, detail, code, hint };
  return { status: httpStatus, headers, body: `${JSON.stringify(members)}\n` };
}
