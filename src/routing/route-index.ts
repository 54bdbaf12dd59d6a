import type { RequestFacts } from "../exchange/request-facts.ts";
import { type KnownClaims, NO_CLAIMS } from "./claims.ts";
import { awaitsClaims, type Entry, resultOf } from "./entry.ts";
import { type ConsideredRoute, explainRoutes } from "./explain.ts";
import { createHostIndex, findByHost, type HostIndex } from "./host-index.ts";
import { type MatchResult, NOT_FOUND } from "./match-result.ts";
import type { RouteInput } from "./match-spec.ts";
import { methodForMatching } from "./method.ts";
import type { AskedVersion } from "./versions.ts";

/** Collects why each route was the one or was not. */
export interface RouteTrace {
  /** One for each route, in the order of the file; written by {@link Router.match}. */
  readonly considered: ConsideredRoute[];
}

/** A config's matches in the order of precedence. */
export interface CompiledRoutes {
  readonly routes: readonly RouteInput[];
  readonly entries: readonly Entry[];
}

/** Entries ready to be searched: all of a config, or those that serve one version of the API. */
export interface RouteIndex {
  readonly hosts: HostIndex;
  /** Whether any of them asks for a method: else there is no 405. */
  readonly anyMethods: boolean;
}

/** Indexes entries, which have to come in the order of their ranks. */
export function createRouteIndex(entries: readonly Entry[]): RouteIndex {
  return { hosts: createHostIndex(entries), anyMethods: entries.some(({ methods }) => methods !== undefined) };
}

/** The decision of these entries. */
export function searchIndex(index: RouteIndex, facts: RequestFacts, known: KnownClaims | undefined): MatchResult {
  const method = methodForMatching(facts);
  const found = findEntry(index, facts, method, known);
  if (found === undefined) return index.anyMethods ? explainAbsence(index, facts, method, known) : NOT_FOUND;
  if (awaitsClaims(found, known)) return { kind: "needs-authenticate", route: found.route, match: found.match };
  return resultOf(found, facts.path);
}

/** Why each route is, or is not, the one that `index` decides for. */
export function explainSearch(
  { routes, entries }: CompiledRoutes,
  index: RouteIndex,
  facts: RequestFacts,
  known: KnownClaims | undefined,
  asked?: AskedVersion,
): ConsideredRoute[] {
  const decided = decidedEntry(index, facts, known);
  return explainRoutes(routes, entries, facts, methodForMatching(facts), decided, known, asked);
}

/** The entry for which {@link searchIndex} decides; with claims that nobody was asked for, there are none. */
function decidedEntry(index: RouteIndex, facts: RequestFacts, known: KnownClaims | undefined): Entry | undefined {
  const method = methodForMatching(facts);
  const found = findEntry(index, facts, method, known);
  const waits = found !== undefined && awaitsClaims(found, known);
  return waits ? findEntry(index, facts, method, NO_CLAIMS) : found;
}

function findEntry(
  index: RouteIndex,
  facts: RequestFacts,
  method: string,
  known: KnownClaims | undefined,
): Entry | undefined {
  // What does not begin with "/" is no path: "*" of OPTIONS belongs to no route.
  if (!facts.path.startsWith("/")) return undefined;
  return findByHost(index.hosts, facts, method, known && { claims: known });
}

function explainAbsence(
  index: RouteIndex,
  facts: RequestFacts,
  method: string,
  claims: KnownClaims | undefined,
): MatchResult {
  if (!facts.path.startsWith("/")) return NOT_FOUND;
  const allow = new Set<string>();
  findByHost(index.hosts, facts, method, { allow, claims });
  return allow.size === 0 ? NOT_FOUND : { kind: "method-not-allowed", allow: [...allow].sort() };
}
