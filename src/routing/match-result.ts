import { type Captures, takeCaptures } from "./captures.ts";
import type { MatchSpec } from "./match-spec.ts";
import type { AskedVersion, UnknownVersion } from "./versions.ts";

/** What routing decides. */
export type MatchResult =
  | RouteMatch
  | NeedsAuthenticate
  | NotFound
  | MethodNotAllowed
  | UnknownVersion
  | VersionMissing;

export interface RouteMatch {
  readonly kind: "route";
  /** Index of the route, as given. */
  readonly route: number;
  /** Index of the match within the route. */
  readonly match: number;
  /** Taken from the path when first read. */
  readonly captures: Captures;
  /** The version of the API that the request means, where there are versions. */
  readonly version?: AskedVersion;
}

/**
 * The route is next, if the caller has the `claims` that it asks for: its own `authenticate` has to be asked, and the
 * request matched again with what it found.
 */
export interface NeedsAuthenticate {
  readonly kind: "needs-authenticate";
  readonly route: number;
  readonly match: number;
}

/** 404, GW0201. */
export interface NotFound {
  readonly kind: "not-found";
  readonly version?: AskedVersion;
}

/** 405, GW0202: with one of these methods, the same request would have been routed. */
export interface MethodNotAllowed {
  readonly kind: "method-not-allowed";
  /** Sorted; HEAD wherever GET is. */
  readonly allow: readonly string[];
  readonly version?: AskedVersion;
}

/** 400, GW0530: the request names no version, there is no default, and only in these versions would it be routed. */
export interface VersionMissing {
  readonly kind: "version-missing";
  readonly versions: readonly string[];
  readonly version: AskedVersion;
}

export const NOT_FOUND: NotFound = Object.freeze({ kind: "not-found" });

/** A match whose captures are taken only if somebody asks. */
export class CapturingMatch implements RouteMatch {
  readonly kind = "route";
  readonly route: number;
  readonly match: number;
  readonly #spec: MatchSpec;
  readonly #path: string;
  #captures: Captures | undefined;

  constructor(route: number, match: number, spec: MatchSpec, path: string) {
    this.route = route;
    this.match = match;
    this.#spec = spec;
    this.#path = path;
  }

  get captures(): Captures {
    this.#captures ??= takeCaptures(this.#spec, this.#path);
    return this.#captures;
  }
}

/** A match of a request whose version is known. */
export class VersionedMatch implements RouteMatch {
  readonly kind = "route";
  readonly route: number;
  readonly match: number;
  readonly version: AskedVersion;
  readonly #found: RouteMatch;

  constructor(found: RouteMatch, version: AskedVersion) {
    this.route = found.route;
    this.match = found.match;
    this.version = version;
    this.#found = found;
  }

  get captures(): Captures {
    return this.#found.captures;
  }
}
