import type { Route } from "../../config/config.ts";
import { withoutVersion } from "../../routing/versions.ts";
import type { RouteMatch } from "../../routing/match-result.ts";
import type { MatchSpec, PathSegment } from "../../routing/match-spec.ts";
import { restOfPath } from "../rewrite.ts";
import { versionOf } from "../reshape.ts";

type Rewritten = Pick<Route, "rewrite" | "match" | "keepVersionPath">;

/**
 * A path as an endpoint calls it → the path by which this request's client comes there: what the route has taken off is
 * put back, and what it has put in the place of something else is undone. A path that already begins with what would be put
 * in front is left alone: there are endpoints that know where they are mounted. So is one that the route cannot reach.
 *
 * @param rawPath of the request, as the client sent it
 */
export function pathTowardsClient(path: string, route: Rewritten, match: RouteMatch, rawPath: string): string {
  if (match.version?.inPath !== true) return undoRewrite(path, route, match, rawPath);
  const version = versionOf(rawPath);
  const named = isBelow(path, version);
  const below = undoRewrite(named ? path.slice(version.length) || "/" : path, route, match, withoutVersion(rawPath));
  return named || !route.keepVersionPath ? version + below : below;
}

function undoRewrite(path: string, { rewrite, match: specs }: Rewritten, match: RouteMatch, rawPath: string): string {
  const spec = specs[match.match];
  if (spec === undefined || rewrite === undefined) return path;
  if (rewrite.path !== undefined) return undoTemplate(path, rewrite.path, spec, match.captures);
  if (!rewrite.stripPrefix) return path;
  const rest = restOfPath(rawPath, spec);
  const prefix = rawPath.slice(0, rawPath.length - rest.length);
  return isBelow(path, prefix) ? path : prefix + path;
}

/** Whether a path is `prefix` or below it, by whole segments. */
function isBelow(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === "/");
}

/** `/internal/8/items` by the template `/internal/{id}` is `/orders/8/items` of `/orders/{id}`. */
function undoTemplate(
  path: string,
  template: string,
  { path: pattern }: MatchSpec,
  captures: Readonly<Record<string, string>>,
): string {
  if (pattern?.kind === "regex") return path;
  const names: string[] = [];
  const found = templateRegex(template, names).exec(path);
  const rest = found?.at(-1) ?? "";
  if (found === null || (pattern?.kind === "exact" && rest !== "")) return path;
  const taken: Record<string, string> = { ...captures };
  names.forEach((name, i) => {
    taken[name] = found[i + 1] as string;
  });
  const begin = (pattern?.segments ?? []).map((segment) => `/${fill(segment, taken)}`).join("");
  return begin + rest || "/";
}

function fill(segment: PathSegment, captures: Readonly<Record<string, string>>): string {
  return "literal" in segment ? segment.literal : (captures[segment.capture] ?? "");
}

/** Compiled anew for each response that names a place: there are few of them. */
function templateRegex(template: string, names: string[]): RegExp {
  const source = template
    .replace(/\/+$/, "")
    .split(/(\{[^}]+\})/)
    .map((part) => {
      if (!part.startsWith("{")) return part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
      const name = part.slice(1, -1);
      const known = names.indexOf(name);
      // The second one is what the first one is.
      if (known >= 0) return `\\${known + 1}(?![0-9])`;
      names.push(name);
      return "([^/]+)";
    })
    .join("");
  return new RegExp(`^${source}((?:/.*)?)$`, "s");
}
