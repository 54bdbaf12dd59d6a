import { EVERY_PATH, formatHost, type RouteInput } from "../../routing/match-spec.ts";
import { findShadowed, type ShadowedRoute } from "../../routing/shadow.ts";
import type { Problem } from "../diagnostic.ts";
import { nameRoutes } from "../route-names.ts";
import type { SoundParts } from "../sound-parts.ts";
import { writeWitness } from "./witness.ts";

/** Routes that no request can reach (GW0114), only where that is proved; with a request that shows it. */
export function checkReachability(parts: SoundParts): Problem[] {
  const names = nameRoutes(parts.routes);
  const routes = parts.routes.map((route, i) => ({
    name: names[i] ?? "",
    match: route?.match ?? [],
    version: route?.version,
  }));
  if (!mayShadow(routes)) return [];
  return findShadowed(routes, parts.versioning).map((shadowed) => unreachable(shadowed, names));
}

/**
 * Whether it is worth looking. By the order of precedence a match can only be covered by an earlier one if both have the
 * same host and the same path pattern: longer prefixes, literal segments and more exact hosts come first, and are never
 * covered by what comes after. Only regular expressions can be covered by another kind of path.
 */
function mayShadow(routes: readonly RouteInput[]): boolean {
  const seen = new Map<string, number>();
  return routes.some(({ match }, i) =>
    match.some(({ host, path = EVERY_PATH }) => {
      if (path.kind === "regex") return true;
      const segments = path.segments.map((segment) => ("literal" in segment ? segment.literal : "{}"));
      const shape = `${host === undefined ? "" : formatHost(host)} ${path.kind} ${segments.join("/")}`;
      const first = seen.get(shape) ?? i;
      seen.set(shape, first);
      return first !== i;
    }),
  );
}

function unreachable({ route, by, witness }: ShadowedRoute, names: readonly string[]): Problem {
  const shown = witness && writeWitness(witness);
  return {
    code: "GW0114",
    severity: "warning",
    path: ["routes", route],
    at: "value",
    message: `no request can reach route \`${names[route]}\`: \`${names[by]}\` takes all that it matches`,
    hint: shown === undefined ? undefined : `see gatewayctl route ${shown}`,
    witness: shown,
  };
}
