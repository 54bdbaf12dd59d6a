import { NO_CLAIMS } from "./claims.ts";
import { covers } from "./covers.ts";
import type { MatchSpec, RouteInput } from "./match-spec.ts";
import { comparePrecedence, type PlacedMatch } from "./precedence.ts";
import { compileRouter, type Router } from "./router.ts";
import { factsOf, type RequestSample, sampleRequest, type SampleShape } from "./sample.ts";
import { inVersion, versionsToAsk } from "./sample-version.ts";
import type { VersioningSpec } from "./versions.ts";

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
export function findShadowed(routes: readonly RouteInput[], versioning?: VersioningSpec): ShadowedRoute[] {
  const router = compileRouter(routes, versioning);
  const placed = routes.flatMap(({ match, version }, r) =>
    match.map((spec, m): PlacedMatch => ({ spec, route: r, match: m, version })),
  );
  placed.sort(comparePrecedence);
  return routes.flatMap((route, index) => {
    if (route.match.length === 0) return [];
    const { version } = route;
    const decide: Decide = (sample) => decidedFor(router, sample, version, versioning);
    let first: number | undefined;
    for (const [match, spec] of route.match.entries()) {
      const narrow = { spec, route: index, match, version };
      const cover = isReached(decide, index, spec) ? undefined : findCover(placed, narrow);
      if (cover === undefined) return [];
      first ??= cover.route;
    }
    return first === undefined ? [] : [describe(decide, route.match, index, first)];
  });
}

/** A request in one of the versions in which a route may be asked for, and the route that takes it. */
interface Taken {
  readonly sample: RequestSample;
  readonly route: number | undefined;
}

type Decide = (sample: RequestSample) => Taken[];

function decidedFor(
  router: Router,
  sample: RequestSample,
  version: string | undefined,
  versioning: VersioningSpec | undefined,
): Taken[] {
  return versionsToAsk(version, versioning).map((asked) => {
    const named = inVersion(sample, asked, versioning);
    const result = router.match(factsOf(named), undefined, NO_CLAIMS);
    return { sample: named, route: result.kind === "route" ? result.route : undefined };
  });
}

/** Most routes are: so that looking for a cover, which is linear in their number, is the exception. */
function isReached(decide: Decide, route: number, spec: MatchSpec): boolean {
  const sample = sampleRequest(spec, "odd") ?? sampleRequest(spec);
  return sample !== undefined && decide(sample).some((taken) => taken.route === route);
}

function findCover(placed: readonly PlacedMatch[], narrow: PlacedMatch): PlacedMatch | undefined {
  for (const wide of placed) {
    if (comparePrecedence(wide, narrow) >= 0) return undefined;
    const sameVersion = wide.version === undefined || wide.version === narrow.version;
    if (wide.route !== narrow.route && sameVersion && covers(wide.spec, narrow.spec)) return wide;
  }
  return undefined;
}

function describe(decide: Decide, match: readonly MatchSpec[], route: number, by: number): ShadowedRoute {
  let other: RequestSample | undefined;
  for (const spec of match) {
    for (const shape of SHAPES) {
      const sample = sampleRequest(spec, shape);
      if (sample === undefined) continue;
      const all = decide(sample);
      const taken = all.find((one) => one.route === by);
      if (taken !== undefined) return { route, by, witness: taken.sample };
      other ??= all[0]?.sample;
    }
  }
  return other === undefined ? { route, by } : { route, by, witness: other };
}
