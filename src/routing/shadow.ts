import { NO_CLAIMS } from "./claims.ts";
import { covers } from "./covers.ts";
import type { MatchSpec, RouteInput } from "./match-spec.ts";
import { comparePrecedence, type PlacedMatch } from "./precedence.ts";
import { compileRouter, type Router } from "./router.ts";
import { factsOf, type RequestSample, sampleRequest, type SampleShape } from "./sample.ts";

/** A route that no request can reach. */
export interface ShadowedRoute {
  /** Index of the route. */
  readonly route: number;
  /** Index of a route that takes all that the first of its matches takes. */
  readonly by: number;
  /** A request that satisfies the route and is taken by another, by `by` where one was found. */
  readonly witness?: RequestSample;
}

const SHAPES: readonly SampleShape[] = ["path", "below", "odd"];

/**
 * Routes that are proved to be unreachable: each of their matches is covered by one match of another route that comes
 * before it. Sound, not complete: a route that only several others together cover is not found.
 */
export function findShadowed(routes: readonly RouteInput[]): ShadowedRoute[] {
  const router = compileRouter(routes);
  const placed = routes.flatMap((route, r) =>
    route.match.map((spec, m): PlacedMatch => ({ spec, route: r, match: m })),
  );
  placed.sort(comparePrecedence);
  return routes.flatMap((route, index) => {
    if (route.match.length === 0) return [];
    let first: number | undefined;
    for (const [match, spec] of route.match.entries()) {
      const cover = isReached(router, index, spec) ? undefined : findCover(placed, { spec, route: index, match });
      if (cover === undefined) return [];
      first ??= cover.route;
    }
    return first === undefined ? [] : [describe(router, route.match, index, first)];
  });
}

/** Most routes are: so that looking for a cover, which is linear in their number, is the exception. */
function isReached(router: Router, route: number, spec: MatchSpec): boolean {
  const sample = sampleRequest(spec, "odd") ?? sampleRequest(spec);
  if (sample === undefined) return false;
  const result = router.match(factsOf(sample), undefined, NO_CLAIMS);
  return result.kind === "route" && result.route === route;
}

function findCover(placed: readonly PlacedMatch[], narrow: PlacedMatch): PlacedMatch | undefined {
  for (const wide of placed) {
    if (comparePrecedence(wide, narrow) >= 0) return undefined;
    if (wide.route !== narrow.route && covers(wide.spec, narrow.spec)) return wide;
  }
  return undefined;
}

function describe(router: Router, match: readonly MatchSpec[], route: number, by: number): ShadowedRoute {
  let other: RequestSample | undefined;
  for (const spec of match) {
    for (const shape of SHAPES) {
      const witness = sampleRequest(spec, shape);
      if (witness === undefined) continue;
      const result = router.match(factsOf(witness), undefined, NO_CLAIMS);
      if (result.kind === "route" && result.route === by) return { route, by, witness };
      other ??= witness;
    }
  }
  return other === undefined ? { route, by } : { route, by, witness: other };
}
