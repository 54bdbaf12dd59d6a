/** One match of a route, after validation: plain data. All that is given must hold (AND). */
export interface MatchSpec {
  readonly host?: HostPattern;
  /** Without one, every path: the prefix "/". */
  readonly path?: PathPattern;
  /** Upper-case, without duplicates; empty: every method. `GET` admits `HEAD`. */
  readonly methods: readonly string[];
  /** Names in lower case. */
  readonly headers: readonly FieldTest[];
  /** Decoded names and values; the first occurrence counts. */
  readonly query: readonly FieldTest[];
  readonly cookies: readonly FieldTest[];
  /** Of the token that the route's own `authenticate` verified. */
  readonly claims: readonly ClaimTest[];
  /** Networks in canonical CIDR notation: any of them; empty: every client. */
  readonly clientIp: readonly string[];
}

/** `*.shop.localhost` is the suffix `.shop.localhost`: one label or more before it, as in the Gateway API. */
export type HostPattern =
  | { readonly kind: "exact"; readonly name: string }
  | { readonly kind: "suffix"; readonly suffix: string };

export type PathPattern = SegmentPattern | RegexPattern;

export interface SegmentPattern {
  readonly kind: "exact" | "prefix";
  /** As shown to people: normalised, captures in braces. */
  readonly text: string;
  /** Of "/a/b": a, b. Of the exact path "/a/": a and the empty segment. Of the prefix "/": none. */
  readonly segments: readonly PathSegment[];
}

/** Tested on the normalised path; anchored only where the pattern says so. */
export interface RegexPattern {
  readonly kind: "regex";
  readonly source: string;
}

/** A literal in the normal form of request paths, or a capture of one whole, non-empty segment. */
export type PathSegment = { readonly literal: string } | { readonly capture: string };

export interface FieldTest {
  readonly name: string;
  readonly test: ValueTest;
}

export type ValueTest =
  | { readonly kind: "equals"; readonly value: string }
  | { readonly kind: "regex"; readonly source: string }
  | { readonly kind: "present"; readonly present: boolean };

export interface ClaimTest {
  readonly name: string;
  readonly test: ValueTest | { readonly kind: "equals"; readonly value: string | number | boolean };
}

/** One route, as far as routing is concerned. */
export interface RouteInput {
  readonly name: string;
  /** Any of them; none at all matches nothing. */
  readonly match: readonly MatchSpec[];
  /** The version of the API that it serves; every version, and requests that name none, without it. */
  readonly version?: string | undefined;
}

/** The path pattern of a match that names none. */
export const EVERY_PATH: SegmentPattern = { kind: "prefix", text: "/", segments: [] };

/** How a host pattern is written: `a.localhost` or `*.localhost`. */
export function formatHost(host: HostPattern): string {
  return host.kind === "exact" ? host.name : `*${host.suffix}`;
}
