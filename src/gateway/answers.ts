import type { Answer } from "../exchange/answer.ts";
import type { HttpExchange } from "../http/exchange/http-exchange.ts";
import type { LocalResponse } from "../http/exchange/local-response.ts";
import { problemResponse } from "../http/exchange/problem-response.ts";
import type { ErrorCode } from "../shared/errors/gateway-error.ts";

export interface ProblemOptions {
  /** In place of the table's status. */
  readonly status?: number;
  readonly detail?: string;
  /** The detail says nothing of what is behind the gateway. */
  readonly publicDetail?: boolean;
  readonly fields?: readonly (readonly [name: string, value: string])[];
  readonly members?: Readonly<Record<string, unknown>>;
  readonly close?: boolean;
}

/** A response of the gateway's own, and its code where it is an error. */
export interface RenderedAnswer {
  readonly response: LocalResponse;
  readonly code: ErrorCode | undefined;
}

/** What a policy's answer is to the client of an exchange. */
export function renderAnswer(exchange: HttpExchange<unknown>, answer: Answer): RenderedAnswer {
  if (answer.kind === "response") return { response: answer, code: undefined };
  const { code, status, detail, inDevelopment, fields, members } = answer;
  const options = {
    ...(status === undefined ? {} : { status }),
    ...(detail === undefined ? {} : { detail, publicDetail: inDevelopment !== true }),
    ...(fields ? { fields } : {}),
    ...(members ? { members } : {}),
  };
  return { response: renderProblem(exchange, code, options), code };
}

/** Answers an exchange as a policy has decided. */
export function respondAnswer(exchange: HttpExchange<unknown>, answer: Answer): void {
  const { response, code } = renderAnswer(exchange, answer);
  exchange.code = code;
  exchange.respond(response);
}

/** Answers an exchange with an error of the table. */
export function respondProblem(exchange: HttpExchange<unknown>, code: ErrorCode, options: ProblemOptions = {}): void {
  exchange.code = code;
  exchange.respond(renderProblem(exchange, code, options));
}

function renderProblem(exchange: HttpExchange<unknown>, code: ErrorCode, options: ProblemOptions): LocalResponse {
  const { serviceName, endpointId } = exchange;
  return problemResponse({
    code,
    ...options,
    requestId: exchange.requestId,
    route: exchange.routeName,
    service: serviceName,
    nextHop: endpointId === undefined ? serviceName : `${serviceName}; ${endpointId}`,
    accept: exchange.requestHeader("accept"),
    development: exchange.development,
  });
}
