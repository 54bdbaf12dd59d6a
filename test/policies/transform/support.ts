import type { PolicyResponse } from "../../../src/exchange/policy-response.ts";
import type { Policy } from "../../../src/policies/policy.ts";
import { transform } from "../../../src/policies/transform/policy.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { type ExchangeOptions, policyDeps, policyExchange } from "../support.ts";

/** The policy with these options, as a config has them. */
export function createTransform(options: unknown): Policy {
  return transform.create(transform.schema.parse(options), policyDeps({ clock: systemClock }));
}

export interface ResponseOptions {
  readonly status?: number;
  readonly type?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string | Uint8Array;
  readonly code?: PolicyResponse["code"];
}

export interface RecordedResponse extends PolicyResponse {
  /** What `replaceBody` was given, as text. */
  readonly replaced: () => string | undefined;
  /** How often the body was asked for. */
  readonly asked: () => number;
}

/** A response as the policy sees it. */
export function response({ status = 200, type, headers = [], body = "", code }: ResponseOptions): RecordedResponse {
  const all = type === undefined ? headers : [["content-type", type] as const, ...headers];
  const reader = policyExchange({ headers: all }).request.headers;
  const bytes = Buffer.from(body);
  let replaced: string | undefined;
  let asked = 0;
  return {
    status,
    from: "endpoint",
    code,
    sent: reader,
    headers: reader,
    length: bytes.length,
    hasBody: bytes.length > 0,
    body: async (limit) => {
      asked++;
      return bytes.length > limit ? undefined : bytes;
    },
    replaceBody: (given) => {
      replaced = Buffer.from(given).toString();
    },
    pass: () => {
      throw new Error("a body that is changed as a whole passes no stage");
    },
    replaced: () => replaced,
    asked: () => asked,
  };
}

/** A POST of this type. */
export function post(type: string, body: string | Uint8Array, options: ExchangeOptions = {}): ExchangeOptions {
  return { method: "POST", body, ...options, headers: [["content-type", type], ...(options.headers ?? [])] };
}
