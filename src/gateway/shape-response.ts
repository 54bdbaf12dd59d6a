import type { HttpExchange } from "../http/exchange/http-exchange.ts";
import type { ResponseShaper } from "../http/exchange/response-shaper.ts";
import { renderAnswer } from "./answers.ts";
import type { PolicyRun } from "./policy-run.ts";
import type { RoutePlan } from "./route-plan.ts";
import { ShapedResponse } from "./shaped-response.ts";

/** Has the policies that let a request pass see its response. */
export function shapeResponse(exchange: HttpExchange<unknown>, plan: RoutePlan, run: PolicyRun): ResponseShaper {
  return new ShapedResponse({
    run,
    policies: plan.policies.slice(0, run.passed),
    method: exchange.method,
    output: exchange,
    render: (answer) => renderAnswer(exchange, answer),
  });
}
