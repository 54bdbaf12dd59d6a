import type { PolicyExchange } from "../../exchange/policy-exchange.ts";
import type { PolicyResponse } from "../../exchange/policy-response.ts";
import { definePolicy, type Explanation, type Policy, type Verdict } from "../policy.ts";
import { type Converter, createConverter } from "./convert.ts";
import { compileFieldChange, compileQueryChange, fieldsReadBy, requestValues } from "./edits.ts";
import { explainAll, explainRequestBody } from "./explain.ts";
import { convertRequestBody, judgeRequestBody } from "./request-body.ts";
import { askForConvertible, convertResponse } from "./response-body.ts";
import { type TransformOptions, transformSchema } from "./schema.ts";

/**
 * Changes header fields, query and bodies. Templates take their values from the message as it came; bodies are held as a
 * whole, up to `maxBytes`, and nothing of what could not be converted goes on.
 */
export const transform = definePolicy({
  name: "transform",
  schema: transformSchema,
  docs: "Changes header fields, query and bodies: JSON to XML and back, JSONata, templates.",
  create(options, { clock }): Policy {
    const { request, response } = options;
    const setsType = Object.keys(request?.headers?.set ?? {}).some((name) => name.toLowerCase() === "content-type");
    const bodyOptions = request?.body && { ...request.body, setsType };
    const requestBody = bodyOptions && createConverter(bodyOptions, clock);
    const responseBody = response?.body && createConverter(response.body, clock);
    const change = createRequestChange(options, responseBody);
    const onResponse = createOnResponse(options, responseBody);
    return {
      onRequest(exchange) {
        change(exchange);
        if (requestBody === undefined || bodyOptions === undefined) return undefined;
        const judgement = judgeRequestBody(exchange, requestBody.from, bodyOptions.others);
        if (judgement.kind === "pass") return undefined;
        if (judgement.kind === "answer") return judgement.answer;
        return convertRequestBody(exchange, requestBody, judgement.codings, bodyOptions);
      },
      ...(onResponse === undefined ? {} : { onResponse }),
      explain(exchange): Explanation {
        change(exchange);
        if (requestBody === undefined || bodyOptions === undefined) {
          return { verdict: "pass", reason: explainAll(options, [], responseBody) };
        }
        const body = explainRequestBody(exchange, requestBody, bodyOptions);
        if (body.verdict === "reject") return body;
        return { verdict: "pass", reason: explainAll(options, [body.reason], responseBody) };
      },
    };
  },
});

/** What is changed of the request's head, without looking at its body. */
function createRequestChange(
  { request }: TransformOptions,
  responseBody: Converter | undefined,
): (exchange: PolicyExchange) => void {
  const changeFields = request?.headers && compileFieldChange(request.headers, "request");
  const changeQuery = request?.query && compileQueryChange(request.query);
  return (exchange) => {
    // First, so that what the config says of these fields is what counts.
    if (responseBody !== undefined) askForConvertible(exchange, responseBody);
    const known = { exchange };
    changeFields?.((name) => requestValues(exchange, name), exchange.requestFields, known);
    if (changeQuery !== undefined) exchange.query = changeQuery(exchange.query, known);
  };
}

type OnResponse = (exchange: PolicyExchange, response: PolicyResponse) => Verdict | Promise<Verdict>;

/** `undefined` where responses pass as they are. */
function createOnResponse(
  { response: options }: TransformOptions,
  converter: Converter | undefined,
): OnResponse | undefined {
  if (options?.headers === undefined && options?.body === undefined) return undefined;
  const { headers, body } = options;
  const changeFields = headers && compileFieldChange(headers, "response");
  const varyBy = headers === undefined ? [] : fieldsReadBy(headers);
  const edit = (exchange: PolicyExchange, response: PolicyResponse): void => {
    changeFields?.((name) => response.headers.getAll(name), exchange.responseFields, { exchange, response });
    if (varyBy.length > 0) exchange.responseFields.append("vary", varyBy.join(", "));
  };
  return (exchange, response) => {
    // The gateway's own errors say what they are: an application/problem+json.
    if (response.code !== undefined) return undefined;
    const verdict =
      converter === undefined || body === undefined ? undefined : convertResponse(exchange, response, converter, body);
    if (!(verdict instanceof Promise)) {
      if (verdict === undefined) edit(exchange, response);
      return verdict;
    }
    return verdict.then((answer) => {
      if (answer === undefined) edit(exchange, response);
      return answer;
    });
  };
}
