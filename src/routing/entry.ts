import type { RequestFacts } from "../exchange/request-facts.ts";
import { captureNames, NO_CAPTURES } from "./captures.ts";
import { createClientIpPredicate } from "./client-ip.ts";
import { createFieldPredicate } from "./field-predicate.ts";
import { CapturingMatch, type RouteMatch } from "./match-result.ts";
import type { MatchSpec } from "./match-spec.ts";
import { admittedMethods } from "./method.ts";
import type { PlacedMatch } from "./precedence.ts";
import type { Predicate } from "./predicate.ts";

/** One match of one route, compiled. Where host and path lead to it is the index's business. */
export interface Entry extends PlacedMatch {
  /** Place in the order of precedence over the whole config: the least one that holds wins. */
  readonly rank: number;
  /** `undefined`: every method. */
  readonly methods: ReadonlySet<string> | undefined;
  /** In the order in which explanations name them, which is also about the order of their cost. */
  readonly predicates: readonly Predicate[];
  /** Of a regex path. */
  readonly regex: RegExp | undefined;
  /** The decision, where it is the same for every request. */
  readonly constant: RouteMatch | undefined;
}

const CLAIMS_UNKNOWN: Predicate = {
  holds: () => false,
  reason: () => "claims are not known: no token was verified for this route",
};

/** Compiles a match that has its rank. */
export function createEntry({ spec, route, match }: PlacedMatch, rank: number): Entry {
  return {
    spec,
    route,
    match,
    rank,
    methods: spec.methods.length > 0 ? admittedMethods(spec.methods) : undefined,
    predicates: createPredicates(spec),
    regex: spec.path?.kind === "regex" ? new RegExp(spec.path.source, "u") : undefined,
    constant: captureNames(spec).length > 0 ? undefined : { kind: "route", route, match, captures: NO_CAPTURES },
  };
}

function createPredicates(spec: MatchSpec): Predicate[] {
  return [
    ...spec.headers.map((field) => createFieldPredicate("header", field)),
    ...spec.query.map((field) => createFieldPredicate("query", field)),
    ...spec.cookies.map((field) => createFieldPredicate("cookie", field)),
    ...(spec.claims.length > 0 ? [CLAIMS_UNKNOWN] : []),
    ...(spec.clientIp.length > 0 ? [createClientIpPredicate(spec.clientIp)] : []),
  ];
}

/**
 * Whether a request that has come to the entry by host and path is admitted by the rest. With `allow`, an entry that fails
 * by its method alone leaves the methods that it would have admitted there.
 */
export function admits(entry: Entry, facts: RequestFacts, method: string, allow?: Set<string>): boolean {
  const { methods, predicates, regex } = entry;
  const methodHolds = methods === undefined || methods.has(method);
  if (!methodHolds && allow === undefined) return false;
  for (let i = 0; i < predicates.length; i++) {
    if (!(predicates[i] as Predicate).holds(facts)) return false;
  }
  if (regex !== undefined && !regex.test(facts.path)) return false;
  if (!methodHolds && methods !== undefined) for (const name of methods) allow?.add(name);
  return methodHolds;
}

/** The decision for a request that the entry admits. */
export function resultOf(entry: Entry, path: string): RouteMatch {
  return entry.constant ?? new CapturingMatch(entry.route, entry.match, entry.spec, path);
}
