import type { RequestFacts } from "../../src/exchange/request-facts.ts";
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
