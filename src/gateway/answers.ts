import type { Answer } from "../exchange/answer.ts";
import type { HttpExchange } from "../http/exchange/http-exchange.ts";
import { problemResponse } from "../http/exchange/problem-response.ts";
import type { ErrorCode } from "../shared/errors/gateway-error.ts";

export interface ProblemOptions {
  readonly detail?: string;
  /** The detail says nothing of what is behind the gateway. */
  readonly publicDetail?: boolean;
  readonly fields?: readonly (readonly [name: string, value: string])[];
  readonly members?: Readonly<Record<string, unknown>>;
  readonly close?: boolean;
}

/** Answers an exchange as a policy has decided. */
export function respondAnswer(exchange: HttpExchange<unknown>, answer: Answer): void {
  if (answer.kind === "response") return exchange.respond(answer);
  const { code, detail, fields, members } = answer;
  const options = {
    ...(detail === undefined ? {} : { detail, publicDetail: true }),
    ...(fields ? { fields } : {}),
    ...(members ? { members } : {}),
  };
  respondProblem(exchange, code, options);
}

/** Answers an exchange with an error of the table. */
export function respondProblem(exchange: HttpExchange<unknown>, code: ErrorCode, options: ProblemOptions = {}): void {
  exchange.code = code;
  const { serviceName, endpointId } = exchange;
  exchange.respond(
    problemResponse({
      code,
      ...options,
      requestId: exchange.requestId,
      route: exchange.routeName,
      service: serviceName,
      nextHop: endpointId === undefined ? serviceName : `${serviceName}; ${endpointId}`,
      accept: exchange.requestHeader("accept"),
      development: exchange.development,
    }),
  );
}
