import type { Answer } from "../../../exchange/answer.ts";
import type { PolicyExchange } from "../../../exchange/policy-exchange.ts";
import type { Contract } from "../contract.ts";
import type { Operation } from "../openapi/operation.ts";
import type { Found } from "../openapi/path-templates.ts";
import type { ValidateOptions } from "../schema.ts";
import { type BodyRule, ruleOfDocument, ruleOfSchema, type Unchecked } from "./body-rule.ts";
import { checkCaptures, checkHeaders, checkQuery } from "./check-objects.ts";
import { checkParameters } from "./check-parameters.ts";
import { type RequestFault, refuseFaults, refuseLength } from "./fault.ts";

export type Limits = Pick<ValidateOptions, "maxBytes" | "maxDepth" | "undocumented">;

/** What a request's head says. */
export interface HeadJudgement {
  /** Refused for that alone. */
  readonly answer: Answer | undefined;
  /** For people: why it is refused, or what was looked at. */
  readonly reason: string;
  readonly operation: Operation | undefined;
  /** What the body has to be, if there is one to look at; all of them hold. */
  readonly rules: readonly BodyRule[];
  /** What to say of a request without a body. */
  readonly missing: RequestFault | undefined;
}

const MISSING: RequestFault = { in: "body", pointer: "", message: "is required", keyword: "required" };
/** Methods that mean nothing without a body. */
const WITH_BODY = new Set(["POST", "PUT", "PATCH"]);
const NO_CAPTURES: ReadonlyMap<string, string> = new Map();

/** Looks at all of a request but its body. */
export function judgeHead(exchange: PolicyExchange, contract: Contract, limits: Limits): HeadJudgement {
  const { request } = exchange;
  const found = contract.templates?.find(exchange.endpointPath, request.method);
  if (found !== undefined && found.kind !== "operation" && limits.undocumented === "refuse") {
    return refuseOperation(found, exchange);
  }
  const operation = found?.kind === "operation" ? found.operation : undefined;
  const captures = found?.kind === "operation" ? found.captures : NO_CAPTURES;
  const faults = headFaults(exchange, contract, operation, captures, limits);
  const judged = { operation, rules: [], missing: undefined };
  if (faults.length > 0) return { ...judged, answer: refuseFaults(faults), reason: "" };
  const subject = operation === undefined ? subjectOf(contract, found) : `operation ${operation.name}`;
  const missing = isBodyRequired(contract, operation, request.method) ? MISSING : undefined;
  if (!exchange.hasBody) return { ...judged, missing, answer: undefined, reason: subject };
  return { ...judged, missing, ...judgeBodyHead(exchange, contract, operation, limits, subject) };
}

function headFaults(
  exchange: PolicyExchange,
  { schemas, validators }: Contract,
  operation: Operation | undefined,
  captures: ReadonlyMap<string, string>,
  limits: Limits,
): RequestFault[] {
  const { request, query } = exchange;
  const { headers } = request;
  const { params, query: querySchema, headers: headersSchema } = schemas;
  return [
    ...(operation === undefined || operation.parameters.length === 0
      ? []
      : checkParameters(operation.parameters, { headers, query, captures }, validators, limits)),
    ...(params === undefined ? [] : checkCaptures(exchange.captures, params, validators)),
    ...(querySchema === undefined ? [] : checkQuery(query, querySchema, validators)),
    ...(headersSchema === undefined ? [] : checkHeaders(headers, headersSchema, validators)),
  ];
}

function judgeBodyHead(
  exchange: PolicyExchange,
  { schemas: { body } }: Contract,
  operation: Operation | undefined,
  { maxBytes }: Limits,
  subject: string,
): Pick<HeadJudgement, "answer" | "reason" | "rules"> {
  const found: (BodyRule | Answer | Unchecked)[] = [];
  if (operation?.body !== undefined) found.push(ruleOfDocument(operation.body, exchange));
  if (body !== undefined) found.push(ruleOfSchema(body, exchange));
  const answer = found.find((one): one is Answer => "code" in one);
  if (answer !== undefined) return { answer, reason: "", rules: [] };
  const rules = found.filter((one): one is BodyRule => "schema" in one);
  const notes = found.flatMap((one) => ("unchecked" in one ? [one.unchecked] : []));
  const length = Number(exchange.request.headers.get("content-length"));
  if (rules.length > 0 && length > maxBytes) return { answer: refuseLength(maxBytes), reason: "", rules: [] };
  const undescribed = operation !== undefined && found.length === 0 ? ["the body is not described"] : notes;
  return { answer: undefined, reason: [subject, ...undescribed].join("; "), rules };
}

function isBodyRequired({ schemas }: Contract, operation: Operation | undefined, method: string): boolean {
  return operation?.body?.required === true || (schemas.body !== undefined && WITH_BODY.has(method));
}

function subjectOf({ schemas }: Contract, found: Found | undefined): string {
  const named = Object.keys(schemas).join(", ");
  const undocumented = found === undefined ? "" : "no operation of the document";
  return [undocumented, named].filter((part) => part !== "").join("; ");
}

function refuseOperation(
  found: Exclude<Found, { kind: "operation" }>,
  { endpointPath, request }: PolicyExchange,
): HeadJudgement {
  const rest = { operation: undefined, rules: [], missing: undefined };
  if (found.kind === "no-path") {
    const detail = "The API's description has no such path.";
    const reason = `no path of the document is ${endpointPath}`;
    return { ...rest, reason, answer: { kind: "problem", code: "GW0517", detail } };
  }
  const allow = found.allow.join(", ");
  const detail = `By the API's description, this path is for ${allow}.`;
  const reason = `${found.template} of the document has no ${request.method}, but ${allow}`;
  return { ...rest, reason, answer: { kind: "problem", code: "GW0518", detail, fields: [["allow", allow]] } };
}
