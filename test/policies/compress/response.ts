import type { BodyStage, StageEnds } from "../../../src/exchange/body-stage.ts";
import type { PolicyResponse } from "../../../src/exchange/policy-response.ts";
import { policyExchange } from "../support.ts";

export interface ResponseOptions {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly length?: number | undefined;
  readonly hasBody?: boolean;
}

export interface RecordedResponse extends PolicyResponse {
  /** What the body was told to pass through. */
  readonly stages: ((ends: StageEnds) => BodyStage)[];
}

/** A response as a policy sees it, which nobody has changed yet. */
export function policyResponse(options: ResponseOptions = {}): RecordedResponse {
  const { headers } = policyExchange({ headers: Object.entries(options.headers ?? {}) }).request;
  const stages: RecordedResponse["stages"] = [];
  return {
    status: options.status ?? 200,
    from: "endpoint",
    code: undefined,
    sent: headers,
    headers,
    length: options.length,
    hasBody: options.hasBody ?? true,
    body: () => Promise.reject(new Error("nobody should ask for the whole body")),
    replaceBody: () => {
      throw new Error("nobody should replace the body");
    },
    pass: (make) => void stages.push(make),
    stages,
  };
}
