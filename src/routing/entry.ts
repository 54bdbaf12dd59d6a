import type { RequestFacts } from "../exchange/request-facts.ts";
import { type ClaimsCheck, createClaimsCheck, type KnownClaims } from "./claims.ts";
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
  /** Looked at after all else: knowing them takes authentication. */
  readonly claims: ClaimsCheck | undefined;
  /** Of a regex path. */
  readonly regex: RegExp | undefined;
  /** The decision, where it is the same for every request. */
  readonly constant: RouteMatch | undefined;
}

/** What a search for an entry goes by beside the request. */
export interface Search {
  /** Collects the methods with which an entry would have admitted the request. */
  readonly allow?: Set<string>;
  /** Without them, nobody has been asked yet. */
  readonly claims?: KnownClaims | undefined;
}

/** Compiles a match that has its rank. */
export function createEntry({ spec, route, match, version }: PlacedMatch, rank: number): Entry {
  return {
    spec,
    route,
    match,
    version,
    rank,
    methods: spec.methods.length > 0 ? admittedMethods(spec.methods) : undefined,
    predicates: createPredicates(spec),
    claims: createClaimsCheck(spec.claims),
    regex: spec.path?.kind === "regex" ? new RegExp(spec.path.source, "u") : undefined,
    constant: captureNames(spec).length > 0 ? undefined : { kind: "route", route, match, captures: NO_CAPTURES },
  };
}

function createPredicates(spec: MatchSpec): Predicate[] {
  return [
    ...spec.headers.map((field) => createFieldPredicate("header", field)),
    ...spec.query.map((field) => createFieldPredicate("query", field)),
    ...spec.cookies.map((field) => createFieldPredicate("cookie", field)),
    ...(spec.clientIp.length > 0 ? [createClientIpPredicate(spec.clientIp)] : []),
  ];
}

/**
 * Whether a request that has come to the entry by host and path is admitted by the rest. With `search.allow`, an entry that
 * fails by its method alone leaves the methods that it would have admitted there. An entry whose claims nobody has asked for
 * admits it for the time being: see {@link awaitsClaims}.
 */
export function admits(entry: Entry, facts: RequestFacts, method: string, search?: Search): boolean {
  const { methods, predicates, regex, claims } = entry;
  const methodHolds = methods === undefined || methods.has(method);
  if (!methodHolds && search?.allow === undefined) return false;
  for (let i = 0; i < predicates.length; i++) {
    if (!(predicates[i] as Predicate).holds(facts)) return false;
  }
  if (regex !== undefined && !regex.test(facts.path)) return false;
  if (claims !== undefined) {
    const known = search?.claims?.get(entry.route);
    if (known === null || (known !== undefined && !claims.passes(known))) return false;
    // Of a method that would have been routed nothing is promised on credit.
    if (known === undefined && !methodHolds) return false;
  }
  if (!methodHolds && methods !== undefined) for (const name of methods) search?.allow?.add(name);
  return methodHolds;
}

/** Whether the entry admits a request only if its route's `authenticate`, which has not been asked, finds the claims. */
export function awaitsClaims(entry: Entry, known: KnownClaims | undefined): boolean {
  return entry.claims !== undefined && known?.get(entry.route) === undefined;
}

/** The decision for a request that the entry admits. */
export function resultOf(entry: Entry, path: string): RouteMatch {
  return entry.constant ?? new CapturingMatch(entry.route, entry.match, entry.spec, path);
}
