import type { PolicyResponse } from "../../../exchange/policy-response.ts";
import type { Content, Operation, ResponseSpec, UsableSchema } from "../openapi/operation.ts";
import { bestOf } from "../requests/body-rule.ts";
import { checkParameters } from "../requests/check-parameters.ts";
import type { Validators } from "../schemas/validators.ts";
import { codingsOf } from "../values/content-coding.ts";
import { isUtf8, kindOf, parseMediaType } from "../values/media-type.ts";

/** What is wrong with a response: "header /x-total must be integer". */
export type ResponseFault = string;

/** What a response's head says: what is wrong with it, and whether its body is to be looked at. */
export interface HeadFindings {
  readonly faults: readonly ResponseFault[];
  readonly body: { readonly schema: UsableSchema; readonly codings: readonly string[] } | undefined;
  /** Nothing could be said of it. */
  readonly unchecked: boolean;
}

/** Longer bodies are not kept for looking at. */
export const LONGEST_BODY = 1024 ** 2;
const MAX_DEPTH = 64;
const NO_CAPTURES: ReadonlyMap<string, string> = new Map();
const UNCHECKED: HeadFindings = { faults: [], body: undefined, unchecked: true };

/**
 * Holds a response's head against what its operation may answer: as the client gets it, if another policy has made it
 * something else, as that is what the body is by then, too.
 */
export function findInHead(operation: Operation, response: PolicyResponse, validators: Validators): HeadFindings {
  const { status, headers } = response;
  const spec = specOf(operation.responses, status);
  if (spec === undefined) {
    // What HTTP itself answers, and what nobody means to answer, is seldom written down.
    if (operation.responses.length === 0 || status === 304 || status >= 500) return UNCHECKED;
    return { faults: [`the status ${status} is not described`], body: undefined, unchecked: false };
  }
  const source = { headers, query: "", captures: NO_CAPTURES };
  const faults = checkParameters(spec.headers, source, validators, { maxDepth: MAX_DEPTH });
  const sentences = faults.map(({ pointer, message }) => `header ${pointer} ${message}`);
  if (!response.hasBody || spec.contents.length === 0) return { faults: sentences, body: undefined, unchecked: false };
  return withBody(spec.contents, response, sentences);
}

function withBody(contents: readonly Content[], { headers, length }: PolicyResponse, faults: string[]): HeadFindings {
  const type = parseMediaType(headers.get("content-type") ?? "");
  const content = type && bestOf(contents, type);
  if (content === undefined) {
    // An empty body need not say what it is.
    if (length === 0) return { faults, body: undefined, unchecked: false };
    const what = type === undefined ? "the body has no Content-Type" : `a body of ${type.name} is not described`;
    return { faults: [...faults, what], body: undefined, unchecked: false };
  }
  const codings = codingsOf(headers.get("content-encoding"));
  const isReadable = type !== undefined && kindOf(type) === "json" && isUtf8(type) && codings !== undefined;
  const { schema } = content;
  if (schema === undefined) return { faults, body: undefined, unchecked: false };
  if (!isReadable || (length ?? 0) > LONGEST_BODY) return { faults, body: undefined, unchecked: faults.length === 0 };
  return { faults, body: { schema, codings }, unchecked: false };
}

/** The status itself comes before its class, and that before the default. */
function specOf(responses: readonly ResponseSpec[], status: number): ResponseSpec | undefined {
  for (const name of [String(status), `${Math.floor(status / 100)}XX`, "default"]) {
    const spec = responses.find((one) => one.status === name);
    if (spec !== undefined) return spec;
  }
  return undefined;
}
