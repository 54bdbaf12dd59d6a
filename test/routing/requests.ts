import type { RequestFacts } from "../../src/exchange/request-facts.ts";
import type { MatchResult } from "../../src/routing/match-result.ts";
import { compileRouter } from "../../src/routing/router.ts";
import type { RouteInput } from "../../src/routing/match-spec.ts";
import { factsOf } from "../../src/routing/sample.ts";
import { matchSchema } from "../../src/routing/schema.ts";

/** Routes by name, each with its match as a config has it. */
export function routesOf(matches: Record<string, unknown>): RouteInput[] {
  return Object.entries(matches).map(([name, match]) => ({ name, match: matchSchema.parse(match) }));
}

/** "GET http://host/path?query", or "/path" for a GET on localhost. */
export function requestOf(text: string, headers: Record<string, string> = {}, clientIp = "127.0.0.1"): RequestFacts {
  const parts = /^(?:([A-Z]+) )?(?:http:\/\/([^/?]*))?([^?]*)(?:\?(.*))?$/.exec(text);
  const [, method = "GET", host = "localhost", path = "/", query = ""] = parts ?? [];
  return factsOf({ method, host, path, query, headers, clientIp });
}

/** What a set of routes decides for a request. */
export interface RoutingCase {
  name: string;
  routes: Record<string, unknown>;
  request: string;
  headers?: Record<string, string>;
  ip?: string;
  /** The route's name, "404", or "405 A, B". */
  expected: string;
}

/** The decision, as `expected` has it. */
export function decide({ routes, request, headers, ip }: RoutingCase): string {
  const input = routesOf(routes);
  const result = compileRouter(input).match(requestOf(request, headers, ip));
  return describeResult(result, Object.keys(routes));
}

function describeResult(result: MatchResult, names: readonly string[]): string {
  if (result.kind === "route") return names[result.route] ?? "?";
  return result.kind === "method-not-allowed" ? `405 ${result.allow.join(", ")}` : "404";
}
