import type { ErrorCode } from "../shared/errors/gateway-error.ts";

/** Header fields; names in lower case, values without controls. */
export type Fields = readonly (readonly [name: string, value: string])[];

/** What a policy answers in place of an endpoint: an error of the table, or a response of its own. */
export type Answer = ProblemAnswer | PlainAnswer;

export interface ProblemAnswer {
  readonly kind: "problem";
  readonly code: ErrorCode;
  /** In place of the table's status. */
  readonly status?: number;
  /** A sentence for the client; it says nothing of what is behind the gateway. */
  readonly detail?: string;
  /** The sentence does say something of what is behind the gateway: it is shown in development alone. */
  readonly inDevelopment?: true;
  readonly fields?: Fields;
  /** Members of the problem's JSON besides those of every problem (RFC 9457 section 3.2): what was wrong, point by point. */
  readonly members?: Readonly<Record<string, unknown>>;
}

export interface PlainAnswer {
  readonly kind: "response";
  readonly status: number;
  readonly fields: Fields;
  /** Text, sent as UTF-8, or the octets themselves. */
  readonly body: string | Uint8Array;
  /** To HEAD: octets of the body that GET would bring, where `body` has none of them. */
  readonly length?: number;
  /** One of the fields is a Date of its own: of a response that was made before. */
  readonly dated?: boolean;
}
