import { type Captures, takeCaptures } from "./captures.ts";
import type { MatchSpec } from "./match-spec.ts";

/** What routing decides. */
export type MatchResult = RouteMatch | NeedsAuthenticate | NotFound | MethodNotAllowed;

export interface RouteMatch {
  readonly kind: "route";
  /** Index of the route, as given. */
  readonly route: number;
  /** Index of the match within the route. */
  readonly match: number;
  /** Taken from the path when first read. */
  readonly captures: Captures;
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
}

/** 405, GW0202: with one of these methods, the same request would have been routed. */
export interface MethodNotAllowed {
  readonly kind: "method-not-allowed";
  /** Sorted; HEAD wherever GET is. */
  readonly allow: readonly string[];
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
