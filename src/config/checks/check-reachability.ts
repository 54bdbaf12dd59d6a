import type { MatchSpec } from "../../routing/match-spec.ts";
import { formatHost } from "../../routing/match-spec.ts";
import { comparePrecedence, type PlacedMatch } from "../../routing/precedence.ts";
import type { Problem } from "../diagnostic.ts";
import { nameRoutes } from "../route-names.ts";
import type { SoundParts } from "../sound-parts.ts";
import { covers, pathShape } from "./covers.ts";
import { findWitness } from "./witness.ts";

/**
 * Routes that no request can reach (GW0114), only where that is provable: each of its matches has one of another route
 * before it, in the order of precedence, that admits everything it admits.
 *
 * A broader match of higher precedence has the same host and the same path pattern: by the order of precedence longer
 * prefixes, literals and more exact hosts come first. Only a regex can also be covered by the prefix "/". So only
 * matches of one host and path are compared, and thousands of routes cost next to nothing.
 */
export function checkReachability(parts: SoundParts): Problem[] {
  const placed = parts.routes.flatMap((route, r) =>
    (route?.match ?? []).map((spec, m): PlacedMatch => ({ spec, route: r, match: m })),
  );
  const groups = new Map<string, PlacedMatch[]>();
  for (const match of placed) {
    const key = groupKey(match.spec, pathShape(match.spec));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [match]);
    else group.push(match);
  }
  const shadowers = parts.routes.map(() => [] as (PlacedMatch | undefined)[]);
  for (const match of placed) shadowers[match.route]?.push(shadowerOf(match, groups));
  return parts.routes.flatMap((route, i) => {
    const found = shadowers[i] ?? [];
    if (route === undefined || found.length === 0 || found.includes(undefined)) return [];
    return [unreachable(parts, i, found as PlacedMatch[])];
  });
}

function groupKey(spec: MatchSpec, shape: string): string {
  return `${spec.host === undefined ? "" : formatHost(spec.host)} ${shape}`;
}

function shadowerOf(match: PlacedMatch, groups: ReadonlyMap<string, PlacedMatch[]>): PlacedMatch | undefined {
  const same = groups.get(groupKey(match.spec, pathShape(match.spec))) ?? [];
  const everything = match.spec.path?.kind === "regex" ? (groups.get(groupKey(match.spec, "prefix /")) ?? []) : [];
  return [...everything, ...same].find(
    (other) => other.route !== match.route && comparePrecedence(other, match) < 0 && covers(other.spec, match.spec),
  );
}

function unreachable(parts: SoundParts, index: number, by: readonly PlacedMatch[]): Problem {
  const names = nameRoutes(parts.routes);
  const takers = [...new Set(by.map(({ route }) => names[route] ?? ""))];
  const taken =
    takers.length === 1 ? `\`${takers[0]}\` takes` : `${takers.map((name) => `\`${name}\``).join(", ")} take`;
  const first = parts.routes[index]?.match[0];
  const witness = first && findWitness(parts.routes, first, index);
  return {
    code: "GW0114",
    severity: "warning",
    path: ["routes", index],
    at: "value",
    message: `no request can reach this route: ${taken} all that it matches`,
    hint: witness === undefined ? undefined : `${witness.request} goes to \`${names[witness.route]}\``,
    witness: witness?.request,
  };
}
