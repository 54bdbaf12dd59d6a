import type { RequestFacts } from "../exchange/request-facts.ts";
import { type KnownClaims, NO_CLAIMS } from "./claims.ts";
import { awaitsClaims, createEntry, type Entry, resultOf } from "./entry.ts";
import { type ConsideredRoute, explainRoutes } from "./explain.ts";
import { createHostIndex, findByHost, type HostIndex } from "./host-index.ts";
import { type MatchResult, type MethodNotAllowed, NOT_FOUND } from "./match-result.ts";
import type { RouteInput } from "./match-spec.ts";
import { methodForMatching } from "./method.ts";
import { comparePrecedence, type PlacedMatch } from "./precedence.ts";

export type { ConsideredRoute } from "./explain.ts";

/** Collects why each route was the one or was not. */
export interface RouteTrace {
  /** One for each route, in the order of the file; written by {@link Router.match}. */
  readonly considered: ConsideredRoute[];
}

/** A config's routes, ready to be asked. */
export interface Router {
  readonly routes: readonly RouteInput[];
  /**
   * Decides. `facts.path` is normalised (`normalizePath`), `facts.host` in lower case without a port. Never throws, never
   * waits, and with `trace` decides the same as without.
   *
   * - 405 only if no route matched: Allow has the methods of those routes on which everything else holds, host and headers
   *   included, so that the same request with one of them would be routed.
   * - Cost does not depend on the number of routes, but for regex paths and for routes that differ in nothing but headers,
   *   query, cookies or client address: these are tried one after the other.
   * - `known`: what the caller's claims are for which route. A route that asks for claims and has not been asked itself is
   *   the answer `needs-authenticate`, where it would be the one; so no more than one such answer for each route.
   * - A regex is the config author's own: one that backtracks for ever does so on paths of at most half the head's limit.
   */
  match(facts: RequestFacts, trace?: RouteTrace, known?: KnownClaims): MatchResult;
}

/** Compiles routes, given in the order of the file. Throws SyntaxError on a regex that the schema would have refused. */
export function compileRouter(routes: readonly RouteInput[]): Router {
  const entries = rankEntries(routes);
  const index = createHostIndex(entries);
  const anyMethods = entries.some((entry) => entry.methods !== undefined);
  return {
    routes,
    match(facts, trace, known) {
      const method = methodForMatching(facts);
      // What does not begin with "/" is no path: "*" of OPTIONS belongs to no route.
      const search = known && { claims: known };
      const found = facts.path.startsWith("/") ? findByHost(index, facts, method, search) : undefined;
      const waits = found !== undefined && awaitsClaims(found, known);
      if (trace !== undefined) {
        const decided = waits ? findByHost(index, facts, method, { claims: NO_CLAIMS }) : found;
        trace.considered.push(...explainRoutes(routes, entries, facts, method, decided, known));
      }
      if (waits) return { kind: "needs-authenticate", route: found.route, match: found.match };
      if (found !== undefined) return resultOf(found, facts.path);
      return anyMethods ? explainAbsence(index, facts, method, known) : NOT_FOUND;
    },
  };
}

/** All matches of all routes in the order of precedence. */
function rankEntries(routes: readonly RouteInput[]): Entry[] {
  const placed = routes.flatMap((route, r) =>
    route.match.map((spec, m): PlacedMatch => ({ spec, route: r, match: m })),
  );
  return placed.sort(comparePrecedence).map(createEntry);
}

function explainAbsence(
  index: HostIndex,
  facts: RequestFacts,
  method: string,
  claims: KnownClaims | undefined,
): MatchResult {
  if (!facts.path.startsWith("/")) return NOT_FOUND;
  const allow = new Set<string>();
  findByHost(index, facts, method, { allow, claims });
  if (allow.size === 0) return NOT_FOUND;
  return { kind: "method-not-allowed", allow: [...allow].sort() } satisfies MethodNotAllowed;
}
