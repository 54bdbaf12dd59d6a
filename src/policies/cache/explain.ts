import type { PolicyExchange } from "../../exchange/policy-exchange.ts";
import type { Explanation } from "../policy.ts";
import { isSafe } from "./invalidate.ts";
import { hasCredentials } from "./lookup.ts";
import { readWants, wantsTunnel } from "./request-wants.ts";

/** What of a route's options an explanation names. Times in ms. */
export interface ExplainedOptions {
  readonly methods: readonly string[];
  readonly vary: readonly string[];
  readonly ttl?: number | undefined;
}

/** What the cache would do with a request; whether something is stored only live traffic shows. */
export function explainCache(
  exchange: PolicyExchange,
  options: ExplainedOptions,
  beyond: readonly string[] = [],
): Explanation {
  const { request, hasBody } = exchange;
  const { method, headers } = request;
  if (!isSafe(method)) {
    return { verdict: "pass", reason: `${method} is not cached; a success throws away what is stored of this URI` };
  }
  if (method !== "GET" && !(method === "HEAD" && options.methods.includes("HEAD"))) {
    return { verdict: "pass", reason: `${method} is not cached here` };
  }
  if (hasBody) return { verdict: "pass", reason: "a request with a body is not answered from the cache" };
  if (wantsTunnel(headers)) return { verdict: "pass", reason: "a WebSocket is not answered from the cache" };
  if (!options.methods.includes(method)) return { verdict: "pass", reason: `${method} is stored, but not answered` };
  const by = [
    "scheme",
    "host",
    "path and query",
    ...beyond,
    ...options.vary.map((name) => `request field ${name.toLowerCase()}`),
  ];
  const parts = [`${method} is cacheable: looked up by ${by.join(", ")}, and what the response's Vary names`];
  if (options.ttl === undefined) parts.push("a response that says nothing of its freshness is not fresh");
  else parts.push(`fresh for ${options.ttl / 1000} s where the response says nothing`);
  if (hasCredentials(exchange)) parts.push("shows who is calling: only what is public may be stored and answer");
  const wants = readWants(headers);
  if (wants.noCache) parts.push("the client wants it validated");
  if (wants.onlyIfCached) parts.push("504 where nothing stored may answer");
  return { verdict: "unknown", reason: parts.join("; ") };
}
