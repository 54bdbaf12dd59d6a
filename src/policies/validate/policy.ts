import type { Answer } from "../../exchange/answer.ts";
import type { PolicyExchange } from "../../exchange/policy-exchange.ts";
import { GatewayError } from "../../shared/errors/gateway-error.ts";
import { definePolicy, type Explanation, type Policy, type PolicyDeps } from "../policy.ts";
import type { Contract, LoadedContract } from "./contract.ts";
import { ContractCache } from "./contract-cache.ts";
import { faultText } from "./documents/fault.ts";
import { faultsSentence, refuseFaults, type RequestFault } from "./requests/fault.ts";
import { judgeBody, judgeGivenBody } from "./requests/judge-body.ts";
import { judgeHead } from "./requests/judge-head.ts";
import { ResponseWatch } from "./responses/response-watch.ts";
import { type ValidateOptions, validateSchema } from "./schema.ts";

/** How many faults `explain` writes out. */
const MOST_EXPLAINED = 5;

/**
 * Refuses requests that break an OpenAPI document, or JSON Schemas. What is wrong is said point by point, and nothing of
 * what was sent is repeated. The request itself is never changed: no default is filled in, nothing is coerced in what the
 * endpoint gets.
 *
 * Sources: JSON Schema 2020-12; OpenAPI 3.0.3 and 3.1.1; RFC 6901 for the places; RFC 9457 for the answer.
 */
export const validate = definePolicy({
  name: "validate",
  schema: validateSchema,
  docs: "Refuses requests that break an OpenAPI document, or a JSON Schema.",
  create(options, deps): Policy {
    const cache = deps.shared("validate:contracts", () => new ContractCache());
    const contract = usable(cache.get(options, deps.baseDirectory ?? "."), deps);
    const watch =
      contract.templates !== undefined && options.responses === "warn" ? new ResponseWatch(contract, deps) : undefined;
    return {
      onRequest(exchange) {
        const head = judgeHead(exchange, contract, options);
        if (head.answer !== undefined) return head.answer;
        if (!exchange.hasBody && head.missing !== undefined) return refuseFaults([head.missing]);
        if (head.operation !== undefined) watch?.expect(exchange, head.operation);
        return head.rules.length === 0 ? undefined : judgeBody(exchange, head, contract, options);
      },
      explain: (exchange) => explain(exchange, contract, options),
      ...(watch === undefined
        ? {}
        : {
            onResponse(exchange, response) {
              watch.look(exchange, response);
              return undefined;
            },
            onFinish: (exchange) => watch.forget(exchange),
          }),
    };
  },
});

/** @throws GatewayError of the first error among the faults */
function usable({ contract, faults }: LoadedContract, { routeName }: PolicyDeps): Contract {
  if (contract !== undefined) return contract;
  const fault = faults.find(({ severity }) => severity === "error");
  if (fault === undefined) throw new TypeError("a contract without faults is missing");
  throw new GatewayError(fault.code, `validate of route ${routeName}: ${fault.subject}: ${faultText(fault)}.`);
}

function explain(exchange: PolicyExchange, contract: Contract, options: ValidateOptions): Explanation {
  const head = judgeHead(exchange, contract, options);
  if (head.answer !== undefined) return refusal(head.answer, head.reason);
  if (exchange.givenBody === undefined) {
    if (head.missing === undefined) return { verdict: "pass", reason: `${head.reason}: all as it should be` };
    return { verdict: "unknown", reason: `${head.reason}: it needs a body, which -d gives` };
  }
  const answer = head.rules.length === 0 ? undefined : judgeGivenBody(exchange.givenBody, head, contract, options);
  if (answer !== undefined) return refusal(answer, "");
  const body = head.rules.length === 0 ? "" : ", the body, too";
  return { verdict: "pass", reason: `${head.reason}: all as it should be${body}` };
}

function refusal(answer: Answer, reason: string): Explanation {
  const errors = answer.kind === "problem" ? answer.members?.["errors"] : undefined;
  if (Array.isArray(errors)) {
    return { verdict: "reject", reason: faultsSentence(errors as RequestFault[], MOST_EXPLAINED), answer };
  }
  const detail = answer.kind === "problem" ? (answer.detail ?? "") : "";
  return { verdict: "reject", reason: reason === "" ? detail.replace(/\.$/, "") : reason, answer };
}
