import type { HeaderReader } from "../exchange/header-reader.ts";
import type { RequestFacts } from "../exchange/request-facts.ts";
import type { KnownClaims } from "./claims.ts";
import type { ConsideredRoute } from "./explain.ts";
import { type MatchResult, VersionedMatch } from "./match-result.ts";
import { isPreflight } from "./method.ts";
import type { RouteInput } from "./match-spec.ts";
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
  type VersionReader,
  withoutVersion,
} from "./versions.ts";

/**
 * Matching for several versions of an API: an index for each, of the routes that serve it, and one for requests that name
 * none. So a version costs a look at where it may be named, and nothing for each route.
 *
 * A CORS preflight cannot have the field in which the request behind it names its version: where path and query do not name
 * one either, and the default has no route for it, the first version that has one takes it.
 */
export class VersionedRouter {
  readonly routes: readonly RouteInput[];
  private readonly compiled: CompiledRoutes;
  private readonly reader: VersionReader;
  private readonly indexes: ReadonlyMap<string | undefined, RouteIndex>;

  constructor(compiled: CompiledRoutes, versioning: VersioningSpec) {
    const { routes, entries } = compiled;
    this.routes = routes;
    this.compiled = compiled;
    this.reader = compileVersions(versioning, routes);
    const indexOf = (name?: string): RouteIndex =>
      createRouteIndex(entries.filter(({ version }) => version === undefined || version === name));
    this.indexes = new Map([...this.reader.names, undefined].map((name) => [name, indexOf(name)]));
  }

  match(facts: RequestFacts, trace?: RouteTrace, known?: KnownClaims): MatchResult {
    let asked = this.reader.read(facts);
    if ("kind" in asked) {
      trace?.considered.push(...unknownToAll(this.routes, asked));
      return asked;
    }
    const seen = asked.inPath ? new FactsBelow(facts, withoutVersion(facts.path)) : facts;
    let result = searchIndex(this.indexFor(asked.name), seen, known);
    if (isUnrouted(result) && asked.source === undefined && isPreflight(facts)) {
      const [other] = this.servedBy(seen, known);
      if (other !== undefined) {
        asked = this.reader.forPreflight(asked, other);
        result = searchIndex(this.indexFor(other), seen, known);
      }
    }
    trace?.considered.push(...explainSearch(this.compiled, this.indexFor(asked.name), seen, known, asked));
    return this.withVersion(result, asked, seen, known);
  }

  /** A default that is not among the versions is refused with the config. */
  private indexFor(name: string | undefined): RouteIndex {
    return (this.indexes.get(name) ?? this.indexes.get(undefined)) as RouteIndex;
  }

  /** The versions in which a request would be routed. */
  private servedBy(facts: RequestFacts, known: KnownClaims | undefined): string[] {
    return this.reader.names.filter((name) => !isUnrouted(searchIndex(this.indexFor(name), facts, known)));
  }

  private withVersion(
    result: MatchResult,
    version: AskedVersion,
    facts: RequestFacts,
    known: KnownClaims | undefined,
  ): MatchResult {
    switch (result.kind) {
      case "route":
        return new VersionedMatch(result, version);
      case "not-found": {
        const versions = version.name === undefined ? this.servedBy(facts, known) : [];
        return versions.length > 0 ? { kind: "version-missing", versions, version } : { kind: "not-found", version };
      }
      case "method-not-allowed":
        return { ...result, version };
      default:
        return result;
    }
  }
}

function isUnrouted({ kind }: MatchResult): boolean {
  return kind === "not-found" || kind === "method-not-allowed";
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
