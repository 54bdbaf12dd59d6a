import { EVERY_PATH, type HostPattern, type MatchSpec, type PathPattern, type SegmentPattern } from "./match-spec.ts";

/** A match and where it stands in the file. */
export interface PlacedMatch {
  readonly spec: MatchSpec;
  readonly route: number;
  readonly match: number;
  /** The version of the API that the route serves. */
  readonly version?: string | undefined;
}

interface Rule {
  /** Negative: `a` comes first. */
  compare(a: PlacedMatch, b: PlacedMatch): number;
  /** What the winner has over the loser. */
  describe(winner: PlacedMatch, loser: PlacedMatch): string;
}

/**
 * The Kubernetes Gateway API's order of precedence, made complete: regex paths, cookies, claims and client addresses are
 * ours to place. So is the version of the API: it stands behind the path, before all else, because in `/v2/users` it is a
 * part of it. The order depends on the matches alone, never on the request, so that all matches of a config have one order,
 * and the match that wins is the first in it that holds.
 * Source: sigs.k8s.io/gateway-api, apis/v1/httproute_types.go, HTTPRouteRule.Matches.
 */
const RULES: readonly Rule[] = [
  { compare: (a, b) => compareHosts(a.spec.host, b.spec.host), describe: (winner) => describeHost(winner.spec.host) },
  {
    compare: (a, b) => pathClass(a) - pathClass(b),
    describe: (winner) => (pathClass(winner) === 0 ? "exact path" : "a prefix comes before a regex"),
  },
  { compare: (a, b) => segmentCount(b) - segmentCount(a), describe: () => "longer prefix" },
  { compare: compareSegmentKinds, describe: () => "a literal segment beats a capture" },
  { compare: (a, b) => namesVersion(b) - namesVersion(a), describe: () => "it names the version" },
  { compare: (a, b) => namesMethod(b) - namesMethod(a), describe: () => "it names the method" },
  { compare: (a, b) => b.spec.headers.length - a.spec.headers.length, describe: () => "more headers" },
  { compare: (a, b) => b.spec.query.length - a.spec.query.length, describe: () => "more query parameters" },
  {
    compare: (a, b) => otherConditions(b) - otherConditions(a),
    describe: () => "more conditions on cookies, claims and client address",
  },
];

/** The order in which matches are tried: negative if `a` comes before `b`. Never 0 for two different matches. */
export function comparePrecedence(a: PlacedMatch, b: PlacedMatch): number {
  for (const rule of RULES) {
    const order = rule.compare(a, b);
    if (order !== 0) return order;
  }
  return a.route - b.route || a.match - b.match;
}

/** By which rule `winner` comes before `loser`; `undefined` if only by its place in the file. */
export function decidingRule(winner: PlacedMatch, loser: PlacedMatch): string | undefined {
  return RULES.find((rule) => rule.compare(winner, loser) !== 0)?.describe(winner, loser);
}

/** Exact hosts, then wildcards by length, then none. Exact ones of any length are equal: a request has one host. */
function compareHosts(a: HostPattern | undefined, b: HostPattern | undefined): number {
  return hostWeight(b) - hostWeight(a);
}

function hostWeight(host: HostPattern | undefined): number {
  if (host === undefined) return 0;
  return host.kind === "exact" ? Number.MAX_SAFE_INTEGER : host.suffix.length;
}

function describeHost(host: HostPattern | undefined): string {
  return host?.kind === "exact" ? "exact host" : "longer host wildcard";
}

function pathOf(match: PlacedMatch): PathPattern {
  return match.spec.path ?? EVERY_PATH;
}

function pathClass(match: PlacedMatch): number {
  const { kind } = pathOf(match);
  return kind === "exact" ? 0 : kind === "prefix" ? 1 : 2;
}

function segmentCount(match: PlacedMatch): number {
  const path = pathOf(match);
  return path.kind === "regex" ? 0 : path.segments.length;
}

function compareSegmentKinds(a: PlacedMatch, b: PlacedMatch): number {
  const [left, right] = [pathOf(a), pathOf(b)];
  if (left.kind === "regex" || right.kind === "regex") return 0;
  const [leftKinds, rightKinds] = [segmentKinds(left), segmentKinds(right)];
  return leftKinds < rightKinds ? -1 : leftKinds > rightKinds ? 1 : 0;
}

/** "0" for a literal, "1" for a capture: the first segment in which two patterns differ decides. */
function segmentKinds(pattern: SegmentPattern): string {
  return pattern.segments.map((segment) => ("literal" in segment ? "0" : "1")).join("");
}

function namesVersion({ version }: PlacedMatch): number {
  return version === undefined ? 0 : 1;
}

function namesMethod(match: PlacedMatch): number {
  return match.spec.methods.length > 0 ? 1 : 0;
}

function otherConditions({ spec }: PlacedMatch): number {
  return spec.cookies.length + spec.claims.length + (spec.clientIp.length > 0 ? 1 : 0);
}
