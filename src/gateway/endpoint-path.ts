import type { RouteMatch } from "../routing/match-result.ts";
import { normalizePath } from "../routing/path.ts";
import { withoutVersion } from "../routing/versions.ts";
import { reshape } from "./reshape.ts";
import type { ForwardPlan, RoutePlan } from "./route-plan.ts";

/**
 * The path that a route's endpoint is sent, in its normal form: behind the version in the path, and the route's `rewrite`.
 * Of a route that answers by itself, the path below the version.
 * @param path the client's, in its normal form
 */
export function endpointPath(plan: RoutePlan, path: string, match: RouteMatch): string {
  const way = forwardPlanOf(plan);
  if (way === undefined) return match.version?.inPath === true ? withoutVersion(path) : path;
  const reshaped = reshape(way, { rawPath: path, query: "" }, match, undefined);
  // A rewrite that cannot be used is refused when it is the endpoint's turn.
  const target = typeof reshaped === "object" ? reshaped.target : undefined;
  return target === undefined ? path : (normalizePath(target) ?? target);
}

/** All services that a route splits its requests over get them rewritten alike. */
function forwardPlanOf(plan: RoutePlan): ForwardPlan | undefined {
  if (plan.kind === "forward") return plan;
  return plan.kind === "split" ? plan.ways.values().next().value : undefined;
}
