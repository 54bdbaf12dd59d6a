import type { ErrorCode } from "../shared/errors/gateway-error.ts";

/** Header fields; names in lower case, values without controls. */
export type Fields = readonly (readonly [name: string, value: string])[];

/** What a policy answers in place of an endpoint: an error of the table, or a response of its own. */
export type Answer = ProblemAnswer | PlainAnswer;

export interface ProblemAnswer {
  readonly kind: "problem";
  readonly code: ErrorCode;
  /** A sentence for the client; it says nothing of what is behind the gateway. */
  readonly detail?: string;
  readonly fields?: Fields;
}

export interface PlainAnswer {
  readonly kind: "response";
  readonly status: number;
  readonly fields: Fields;
  /** Text, sent as UTF-8. */
  readonly body: string;
}
