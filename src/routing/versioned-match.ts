import type { HeaderReader } from "../exchange/header-reader.ts";
import type { RequestFacts } from "../exchange/request-facts.ts";
import type { KnownClaims } from "./claims.ts";
import type { ConsideredRoute } from "./explain.ts";
import { type MatchResult, VersionedMatch } from "./match-result.ts";
import {
  type CompiledRoutes,
  createRouteIndex,
  explainSearch,
  type RouteIndex,
  type RouteTrace,
  searchIndex,
} from "./route-index.ts";
import {
  type AskedVersion,
  compileVersions,
  type UnknownVersion,
  type VersioningSpec,
  withoutVersion,
} from "./versions.ts";

/** `match` of a router. */
type Match = (facts: RequestFacts, trace?: RouteTrace, known?: KnownClaims) => MatchResult;

/**
 * Matching for several versions of an API: an index for each, of the routes that serve it, and one for requests that name
 * none. So a version costs a look at where it may be named, and nothing for each route.
 */
export function createVersionedMatch(compiled: CompiledRoutes, versioning: VersioningSpec): Match {
  const { routes, entries } = compiled;
  const reader = compileVersions(versioning, routes);
  const indexOf = (name?: string): RouteIndex =>
    createRouteIndex(entries.filter(({ version }) => version === undefined || version === name));
  const indexes = new Map([...reader.names, undefined].map((name) => [name, indexOf(name)]));
  // A default that is not among the versions is refused with the config.
  const chosen = (asked: AskedVersion): RouteIndex => (indexes.get(asked.name) ?? indexes.get(undefined)) as RouteIndex;
  return (facts, trace, known) => {
    const asked = reader.read(facts);
    if ("kind" in asked) {
      trace?.considered.push(...unknownToAll(routes, asked));
      return asked;
    }
    const seen = asked.inPath ? new FactsBelow(facts, withoutVersion(facts.path)) : facts;
    const index = chosen(asked);
    trace?.considered.push(...explainSearch(compiled, index, seen, known, asked));
    const result = searchIndex(index, seen, known);
    if (result.kind === "route") return new VersionedMatch(result, asked);
    if (result.kind === "needs-authenticate") return result;
    if (result.kind === "not-found" && asked.name === undefined) {
      const versions = reader.names.filter((name) => isRouted(indexes.get(name), seen, known));
      if (versions.length > 0) return { kind: "version-missing", versions, version: asked };
    }
    return { ...result, version: asked } as MatchResult;
  };
}

function isRouted(index: RouteIndex | undefined, facts: RequestFacts, known: KnownClaims | undefined): boolean {
  return index !== undefined && searchIndex(index, facts, known).kind !== "not-found";
}

function unknownToAll(routes: CompiledRoutes["routes"], { asked, versions }: UnknownVersion): ConsideredRoute[] {
  const reason = `there is no version ${JSON.stringify(asked)}, only ${versions.join(", ")}`;
  return routes.map(({ name }) => ({ route: name, matched: false, chosen: false, reason }));
}

/** A request by the path below its version. */
class FactsBelow implements RequestFacts {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly headers: HeaderReader;
  readonly clientIp: string;
  readonly scheme: "http" | "https";

  constructor({ method, host, query, headers, clientIp, scheme }: RequestFacts, path: string) {
    this.method = method;
    this.host = host;
    this.path = path;
    this.query = query;
    this.headers = headers;
    this.clientIp = clientIp;
    this.scheme = scheme;
  }
}
