import type { RequestFacts } from "../exchange/request-facts.ts";
import type { KnownClaims } from "./claims.ts";
import { createEntry, type Entry } from "./entry.ts";
import type { MatchResult } from "./match-result.ts";
import type { RouteInput } from "./match-spec.ts";
import { comparePrecedence, type PlacedMatch } from "./precedence.ts";
import { createRouteIndex, explainSearch, type RouteTrace, searchIndex } from "./route-index.ts";
import { VersionedRouter } from "./versioned-router.ts";
import type { VersioningSpec } from "./versions.ts";

export type { ConsideredRoute } from "./explain.ts";
export type { RouteTrace } from "./route-index.ts";

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
   *   query, cookies or client address: these are tried one after the other. Nor does it on the number of versions.
   * - `known`: what the caller's claims are for which route. A route that asks for claims and has not been asked itself is
   *   the answer `needs-authenticate`, where it would be the one; so no more than one such answer for each route.
   * - A regex is the config author's own: one that backtracks for ever does so on paths of at most half the head's limit.
   */
  match(facts: RequestFacts, trace?: RouteTrace, known?: KnownClaims): MatchResult;
}

/**
 * Compiles routes, given in the order of the file. Where there are versions, the segment that names one is no part of the
 * path that routes match. Throws SyntaxError on a regex that the schema would have refused.
 */
export function compileRouter(routes: readonly RouteInput[], versioning?: VersioningSpec): Router {
  const compiled = { routes, entries: rankEntries(routes) };
  if (versioning !== undefined) return new VersionedRouter(compiled, versioning);
  const index = createRouteIndex(compiled.entries);
  return {
    routes,
    match(facts, trace, known) {
      trace?.considered.push(...explainSearch(compiled, index, facts, known));
      return searchIndex(index, facts, known);
    },
  };
}

/** All matches of all routes in the order of precedence. */
function rankEntries(routes: readonly RouteInput[]): Entry[] {
  const placed = routes.flatMap(({ match, version }, r) =>
    match.map((spec, m): PlacedMatch => ({ spec, route: r, match: m, version })),
  );
  return placed.sort(comparePrecedence).map(createEntry);
}
