import { captureNames } from "../../routing/captures.ts";
import { type ConfigPath, formatPath, isMapping, valueAt } from "../config-path.ts";
import { type Problem, problem } from "../diagnostic.ts";
import { nearest } from "../../shared/nearest.ts";
import { type RouteDocument, routeSchema } from "../route-schema.ts";
import type { SoundParts } from "../sound-parts.ts";

const ACTIONS = ["service", "split", "compose", "redirect", "respond"] as const;
/** What means nothing where no single service gets the request. */
const NEEDS_SERVICE = ["mirror", "rewrite", "timeout", "keepVersionPath"] as const;

const KEYS: ReadonlySet<string> = new Set(Object.keys(routeSchema.shape));

/** What one route says must fit together: one action, captures that exist, a name of its own. */
export function checkRoutes(parts: SoundParts, input: unknown): Problem[] {
  const each = parts.routes.flatMap((route, i) => {
    const path: ConfigPath = ["routes", i];
    const written = valueAt(input, path);
    return [
      ...(isMapping(written) ? checkAction(written, path) : []),
      ...(route === undefined ? [] : [...checkRewrite(route, path), ...checkSplit(route, path)]),
    ];
  });
  return [...each, ...checkNames(input)];
}

/** Looks at what is written, so that an action with a mistake inside is still one. */
function checkAction(written: Record<string, unknown>, path: ConfigPath): Problem[] {
  const given = ACTIONS.filter((key) => written[key] !== undefined);
  const [first, ...others] = given;
  if (first === undefined) {
    // A misspelt action is reported as that.
    if (Object.keys(written).some((key) => !KEYS.has(key) && nearest(key, ACTIONS) !== undefined)) return [];
    const hint = "say what happens to its requests: service, split, compose, redirect or respond";
    return [problem("GW0104", path, `${formatPath(path)} has no action`, hint)];
  }
  const clashes = others.map((key) => conflict([...path, key], `\`${key}\` and \`${first}\` exclude each other`));
  if (first === "service" || first === "split") return clashes;
  const idle = NEEDS_SERVICE.filter((key) => written[key] !== undefined && !(first === "compose" && key === "timeout"));
  return [...clashes, ...idle.map((key) => conflict([...path, key], `\`${key}\` means nothing beside \`${first}\``))];
}

function conflict(path: ConfigPath, message: string, hint = "remove one"): Problem {
  return { code: "GW0111", severity: "error", path, at: "key", message, hint };
}

function checkRewrite(route: RouteDocument, path: ConfigPath): Problem[] {
  const { rewrite } = route;
  const known = commonCaptures(route);
  const problems: Problem[] = [];
  if (rewrite?.path !== undefined) problems.push(...checkCaptures(rewrite.path, known, [...path, "rewrite", "path"]));
  if (rewrite?.path !== undefined && rewrite.stripPrefix) {
    problems.push(conflict([...path, "rewrite", "stripPrefix"], "`stripPrefix` and `path` exclude each other"));
  }
  if (
    rewrite?.stripPrefix === true &&
    route.match.some((match) => match.path !== undefined && match.path.kind !== "prefix")
  ) {
    const hint = "match a prefix, or write rewrite: { path: … }";
    const message = "`stripPrefix` needs a path prefix to strip; this route matches another kind of path";
    problems.push(conflict([...path, "rewrite", "stripPrefix"], message, hint));
  }
  return problems;
}

/** Captures that are there whichever of the matches it was. */
export function commonCaptures(route: Pick<RouteDocument, "match">): string[] {
  const [first = [], ...others] = route.match.map(captureNames);
  return first.filter((name) => others.every((names) => names.includes(name)));
}

function checkCaptures(template: string, known: readonly string[], path: ConfigPath): Problem[] {
  const used = [...template.matchAll(/\{([^}]*)\}/g)].map((match) => match[1] ?? "");
  const unknown = used.filter((name) => !known.includes(name));
  return unknown.map((name) => {
    const hint =
      known.length === 0 ? "the route's path has no captures" : `captured in every match: ${known.join(", ")}`;
    return problem("GW0118", path, `{${name}} is not captured by the route's path`, hint);
  });
}

function checkSplit(route: RouteDocument, path: ConfigPath): Problem[] {
  if (route.split === undefined || Object.values(route.split.to).some((weight) => weight > 0)) return [];
  return [problem("GW0103", [...path, "split"], `${formatPath([...path, "split"])} needs a weight above 0`)];
}

/** Names must be unique among routes, and among consumers. Reads the file's value: a name counts wherever it stands. */
function checkNames(input: unknown): Problem[] {
  return (["routes", "consumers"] as const).flatMap((section) => {
    const list = valueAt(input, [section]);
    const first = new Map<string, number>();
    return (Array.isArray(list) ? list : []).flatMap((item: unknown, i) => {
      const name = valueAt(item, ["name"]);
      if (typeof name !== "string") return [];
      const earlier = first.get(name);
      if (earlier === undefined) {
        first.set(name, i);
        return [];
      }
      const message = `the name \`${name}\` is taken by ${section}[${earlier}]`;
      return [problem("GW0112", [section, i, "name"], message, "names tell things apart: choose another")];
    });
  });
}
