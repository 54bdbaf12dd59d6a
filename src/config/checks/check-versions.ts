import type { MatchSpec } from "../../routing/match-spec.ts";
import { versionSegment } from "../../routing/version-source.ts";
import type { ConfigPath } from "../config-path.ts";
import { type Problem, problem } from "../diagnostic.ts";
import { nameRoutes } from "../route-names.ts";
import type { SoundParts } from "../sound-parts.ts";

type Versioning = NonNullable<SoundParts["versioning"]>;

/**
 * Versions of the API that contradict themselves (GW0155), that no route serves (GW0152), and routes whose own path begins
 * like one (GW0153). Versions that are named and not defined are references.
 */
export function checkVersions(parts: SoundParts): Problem[] {
  const { versioning } = parts;
  if (versioning === undefined) return parts.isWhole ? keptInVain(parts, "there is no `versioning`") : [];
  const byPath = versioning.from.includes("path");
  return [
    ...contradictions(versioning, byPath),
    ...unserved(parts, versioning),
    ...(byPath ? hiddenPaths(parts, versioning) : keptInVain(parts, "`versioning.from` does not name the path")),
  ];
}

function contradictions({ versions }: Versioning, byPath: boolean): Problem[] {
  const bySegment = new Map<string, string>();
  return Object.entries(versions).flatMap(([name, { deprecated, sunset }]) => {
    const path: ConfigPath = ["versioning", "versions", name];
    const found: Problem[] = [];
    if (deprecated !== undefined && sunset !== undefined && sunset < deprecated) {
      const message = `version \`${name}\` goes away on ${sunset}, before it is deprecated on ${deprecated}`;
      found.push(problem("GW0155", [...path, "sunset"], message, "put the dates in order (RFC 9745 section 4)"));
    }
    const segment = versionSegment(name);
    const other = bySegment.get(segment);
    if (byPath && other !== undefined) {
      const message = `versions \`${other}\` and \`${name}\` are both named by the path /${segment}`;
      found.push({ ...problem("GW0155", path, message, "give one of them another name"), at: "key" });
    }
    bySegment.set(segment, name);
    return found;
  });
}

/** A route without `version` serves all of them. */
function unserved({ routes, isWhole }: SoundParts, { versions }: Versioning): Problem[] {
  if (!isWhole || routes.length === 0 || routes.some((route) => route?.version === undefined)) return [];
  const served = new Set(routes.map((route) => route?.version ?? ""));
  // A route of a version that is not there may be meant for this one.
  if ([...served].some((name) => !Object.hasOwn(versions, name))) return [];
  return Object.keys(versions)
    .filter((name) => !served.has(name))
    .map((name) => ({
      code: "GW0152",
      severity: "warning",
      path: ["versioning", "versions", name],
      at: "key",
      message: `no route serves version \`${name}\``,
      hint: "give it a route, or remove it: its requests are answered 404",
    }));
}

/** What a version takes off a path is never matched by a route. */
function hiddenPaths({ routes }: SoundParts, { versions }: Versioning): Problem[] {
  const segments = new Map(Object.keys(versions).map((name) => [versionSegment(name), name]));
  const names = nameRoutes(routes);
  return routes.flatMap((route, i) => {
    for (const match of route?.match ?? []) {
      const segment = firstSegment(match);
      const version = segment === undefined ? undefined : segments.get(segment);
      if (version === undefined) continue;
      const message = `the path of route \`${names[i]}\` begins with /${segment}, which names version \`${version}\` and is taken off before routes are matched`;
      const hint = `match the path without it, and write version: "${version}"`;
      return [{ code: "GW0153", severity: "warning", path: ["routes", i, "match"], at: "value", message, hint }];
    }
    return [];
  });
}

function firstSegment({ path }: MatchSpec): string | undefined {
  if (path?.kind === "regex")
    return /^\^\/([A-Za-z0-9_.-]+)(?:\/|\$|\\\/)/.exec(path.source.replaceAll("\\.", "."))?.[1];
  const first = path?.segments[0];
  return first !== undefined && "literal" in first ? first.literal : undefined;
}

function keptInVain({ routes }: SoundParts, why: string): Problem[] {
  return routes.flatMap((route, i): Problem[] => {
    if (route?.keepVersionPath !== true) return [];
    const path = ["routes", i, "keepVersionPath"];
    return [{ ...problem("GW0111", path, `\`keepVersionPath\` means nothing: ${why}`, "remove it"), at: "key" }];
  });
}

/** Versions whose time is over (GW0154): they are served until somebody takes them out. `now` is in ms since 1970. */
export function checkSunsets(versioning: Versioning | undefined, now: number): Problem[] {
  return Object.entries(versioning?.versions ?? {}).flatMap(([name, { sunset }]): Problem[] => {
    if (sunset === undefined || Date.parse(sunset) > now) return [];
    const path = ["versioning", "versions", name, "sunset"];
    const message = `version \`${name}\` was to go away on ${sunset}, and is still served`;
    return [{ code: "GW0154", severity: "note", path, at: "value", message, hint: "remove it, or give it more time" }];
  });
}
