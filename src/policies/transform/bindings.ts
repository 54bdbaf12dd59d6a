import type { HeaderReader } from "../../exchange/header-reader.ts";
import type { PolicyExchange } from "../../exchange/policy-exchange.ts";
import type { PolicyResponse } from "../../exchange/policy-response.ts";
import type { Bindings } from "./map.ts";
import { put } from "./put.ts";
import { textOfOctets } from "./values.ts";

/**
 * What expressions know besides the body. `$request`: method, scheme, host, path, query, headers, captures, clientIp, id,
 * consumer, claims; `$response`, of a response: status, headers. Names of fields are in lower case; a parameter or field
 * that comes more than once is a list of parameters, a field joined by ", ".
 */
export function bindingsOf(exchange: PolicyExchange, response: PolicyResponse | undefined): Bindings {
  const { request, principal } = exchange;
  const known = {
    method: request.method,
    scheme: request.scheme,
    host: request.host,
    path: request.path,
    query: queryOf(request.query),
    headers: headersOf(request.headers),
    captures: { ...exchange.captures },
    clientIp: request.clientIp,
    id: exchange.requestId,
    consumer: principal?.consumer ?? principal?.id,
    claims: principal?.claims ?? {},
  };
  if (response === undefined) return { request: known };
  return { request: known, response: { status: response.status, headers: headersOf(response.headers) } };
}

function queryOf(query: string): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    const before = Object.hasOwn(values, name) ? values[name] : undefined;
    if (before === undefined) put(values, name, value);
    else put(values, name, [...(Array.isArray(before) ? (before as unknown[]) : [before]), value]);
  }
  return values;
}

function headersOf(headers: HeaderReader): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name] of headers.entries()) put(values, name, textOfOctets(headers.get(name)));
  return values;
}
