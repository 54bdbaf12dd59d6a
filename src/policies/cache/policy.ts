import { randomUUID } from "node:crypto";
import type { PolicyExchange } from "../../exchange/policy-exchange.ts";
import { definePolicy, type Explanation, type Policy, type PolicyDeps } from "../policy.ts";
import { type CacheContext, countResults } from "./cache-context.ts";
import { explainCache } from "./explain.ts";
import { RouteCache } from "./route-cache.ts";
import { cacheSchema } from "./schema.ts";
import { SharedLevel } from "./shared-level.ts";
import { CacheStore } from "./store.ts";
import { SERVICE, VERSION } from "./vary.ts";

/** Where the policies of all routes keep what they have stored. */
export const CACHE_STORE = "cache";

/**
 * A shared cache in front of a route's service. It keeps what the service sent, before other policies change it, and every
 * request passes the policies in front of it, hit or not.
 *
 * Source: RFC 9111 (HTTP caching), RFC 5861 (stale responses), RFC 9211 (Cache-Status).
 */
export const cache = definePolicy({
  name: "cache",
  schema: cacheSchema,
  docs: "Keeps responses that may be shared, and answers with them.",
  create(options, deps): Policy {
    const context = createContext(options, deps);
    const running = new RouteCache(context, options.methods);
    return {
      onRequest: (exchange) => running.onRequest(exchange),
      onResponse: (exchange, response) => running.onResponse(exchange, response),
      onFinish: (exchange) => running.onFinish(exchange),
      explain: (exchange: PolicyExchange): Explanation => explainCache(exchange, options, beyondInWords(deps)),
    };
  },
});

type Options = ReturnType<typeof cacheSchema.parse>;

function createContext(options: Options, deps: PolicyDeps): CacheContext {
  const store = deps.shared(CACHE_STORE, () => createStore(deps));
  store.register(deps.routeName, JSON.stringify(options));
  return {
    store,
    clock: deps.clock,
    wallClock: deps.wallClock,
    ttl: inSeconds(options.ttl),
    windows: {
      staleWhileRevalidate: inSeconds(options.staleWhileRevalidate),
      staleIfError: inSeconds(options.staleIfError),
    },
    vary: [...new Set([...options.vary.map((name) => name.toLowerCase()), ...beyondFields(deps)])].sort(),
    maxEntryBytes: options.maxEntryBytes,
    count: countResults(deps),
  };
}

/** One for all routes of the gateway, on top of what several gateways share, if they do. */
function createStore({ state, clock, wallClock, counter }: PolicyDeps): CacheStore {
  const store = new CacheStore();
  if (state === undefined) return store;
  const fallbacks = counter?.("gatewayctl_state_fallbacks_total", { policy: "cache" });
  store.shared = new SharedLevel({ state, clock, wallClock, instance: randomUUID(), memory: store, fallbacks });
  return store;
}

/**
 * What an endpoint answers to one version is not for those who ask for another, though its Vary may not say so; and whoever
 * is sent to a canary is not to be given what the other service has said.
 */
function beyondFields({ servesVersions, splits }: PolicyDeps): string[] {
  return [...(servesVersions === true ? [VERSION] : []), ...(splits === true ? [SERVICE] : [])];
}

function beyondInWords({ servesVersions, splits }: PolicyDeps): string[] {
  return [...(servesVersions === true ? ["version"] : []), ...(splits === true ? ["picked service"] : [])];
}

function inSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}
