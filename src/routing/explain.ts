import type { RequestFacts } from "../exchange/request-facts.ts";
import { nearest } from "../shared/nearest.ts";
import type { KnownClaims } from "./claims.ts";
import type { Entry } from "./entry.ts";
import { hostMatches } from "./host-index.ts";
import { EVERY_PATH, formatHost, type HostPattern, type RouteInput } from "./match-spec.ts";
import { pathMatches, pathReason } from "./path-match.ts";
import { decidingRule } from "./precedence.ts";
import { type AskedVersion, describeAsked } from "./versions.ts";

/** What a route was to a request. */
export interface ConsideredRoute {
  readonly route: string;
  /** All conditions of one of its matches hold: it is the one, or would be if those before it were not there. */
  readonly matched: boolean;
  /** It is the one. */
  readonly chosen: boolean;
  /** One clause in human words: the first condition that does not hold, or by what rule another route comes first. */
  readonly reason: string;
}

/** The first condition that does not hold. A later stage means a nearer miss. */
interface Failure {
  readonly stage: number;
  readonly reason: string;
}

const STAGE = { host: 0, path: 1, version: 2, method: 3, predicates: 4, claims: Number.POSITIVE_INFINITY } as const;

/**
 * Says for every route, in the order of the file, why it is or is not `found`, the entry that the router decided for.
 * Conditions are looked at in one order: host, path, version, method, headers, query, cookies, clientIp, claims. Of several matches
 * of a route, the one that came furthest speaks.
 */
export function explainRoutes(
  routes: readonly RouteInput[],
  entries: readonly Entry[],
  facts: RequestFacts,
  method: string,
  found: Entry | undefined,
  known?: KnownClaims,
  asked?: AskedVersion,
): ConsideredRoute[] {
  const byRoute = routes.map((): Entry[] => []);
  for (const entry of entries) byRoute[entry.route]?.push(entry);
  return routes.map(({ name }, index) => {
    const { holding, failure } = examine(byRoute[index] ?? [], facts, method, known, asked);
    if (holding === undefined || found === undefined) {
      return { route: name, matched: false, chosen: false, reason: failure?.reason ?? "it has no match" };
    }
    const chosen = found.route === index;
    const reason = chosen
      ? `matched ${formatPath(found)}`
      : lostReason(found, routes[found.route]?.name ?? "", holding);
    return { route: name, matched: true, chosen, reason };
  });
}

/** The best of a route's entries that holds, or else the nearest miss. */
function examine(
  entries: readonly Entry[],
  facts: RequestFacts,
  method: string,
  known: KnownClaims | undefined,
  asked: AskedVersion | undefined,
) {
  let nearestMiss: Failure | undefined;
  for (const entry of entries) {
    const failure = firstFailure(entry, facts, method, asked) ?? claimsFailure(entry, known);
    if (failure === undefined) return { holding: entry, failure: undefined };
    if (nearestMiss === undefined || failure.stage > nearestMiss.stage) nearestMiss = failure;
  }
  return { holding: undefined, failure: nearestMiss };
}

function firstFailure(
  entry: Entry,
  facts: RequestFacts,
  method: string,
  asked: AskedVersion | undefined,
): Failure | undefined {
  const { host, path = EVERY_PATH } = entry.spec;
  if (!facts.path.startsWith("/")) return { stage: STAGE.host, reason: `${facts.path} is not a path` };
  if (host !== undefined && !hostMatches(host, facts.host)) {
    return { stage: STAGE.host, reason: hostReason(host, facts.host) };
  }
  if (!pathMatches(path, facts.path)) return { stage: STAGE.path, reason: pathReason(path, facts.path) };
  if (asked !== undefined && entry.version !== undefined && entry.version !== asked.name) {
    return {
      stage: STAGE.version,
      reason: `request names ${describeAsked(asked)}; route serves version ${entry.version}`,
    };
  }
  if (entry.methods !== undefined && !entry.methods.has(method)) {
    return { stage: STAGE.method, reason: methodReason(entry.methods, method, facts) };
  }
  const failed = entry.predicates.findIndex((predicate) => !predicate.holds(facts));
  if (failed < 0) return undefined;
  return { stage: STAGE.predicates + failed, reason: entry.predicates[failed]?.reason(facts) ?? "" };
}

function claimsFailure({ claims, route }: Entry, known: KnownClaims | undefined): Failure | undefined {
  const given = known?.get(route) ?? null;
  if (claims === undefined || (given !== null && claims.passes(given))) return undefined;
  return { stage: STAGE.claims, reason: claims.reason(given, known?.why?.(route)) };
}

function hostReason(pattern: HostPattern, host: string): string {
  const shown = host === "" ? "(none)" : host;
  if (pattern.kind === "suffix" && `.${host}` === pattern.suffix) {
    return `host ${shown} is not ${formatHost(pattern)} (a wildcard takes one label or more)`;
  }
  const meant = pattern.kind === "exact" && host.length < 254 ? nearest(host, [pattern.name]) : undefined;
  return `host ${shown} is not ${formatHost(pattern)}${meant === undefined ? "" : ` (did you mean ${meant}?)`}`;
}

function methodReason(admitted: ReadonlySet<string>, method: string, facts: RequestFacts): string {
  const asked = method === facts.method ? "method is" : "the method that the CORS preflight asks for is";
  return `${asked} ${method}, route takes ${[...admitted].join(", ")}`;
}

function formatPath({ spec: { path = EVERY_PATH } }: Entry): string {
  return path.kind === "regex" ? path.source : path.text;
}

function lostReason(winner: Entry, winnerName: string, loser: Entry): string {
  const rule = decidingRule(winner, loser);
  if (rule === undefined) return `matched, but ${winnerName} is as specific and comes first in the file`;
  return `matched, but ${winnerName} is more specific: ${rule}`;
}
