import type { Config, Route } from "../../config/config.ts";
import { formatHost, type FieldTest, type MatchSpec } from "../../routing/match-spec.ts";

/** One match of a route, in words. */
export interface MatchRow {
  readonly host: string | null;
  /** "/users" is a prefix, "= /users" exact, "~ ^/u" a regex. */
  readonly path: string;
  /** Empty: every method. */
  readonly methods: readonly string[];
  /** Everything else that must hold: "header x-beta = true". */
  readonly conditions: readonly string[];
}

/** A route, in words: the JSON of `routes --json`. */
export interface RouteRow {
  readonly route: string;
  readonly action: string;
  readonly service: string | null;
  /** Of the API; null where the route serves every version, or there are none. */
  readonly version: string | null;
  readonly policies: readonly string[];
  readonly matches: readonly MatchRow[];
}

/** The config's routes in the order of the file. */
export function routeRows(config: Config): RouteRow[] {
  return config.routes.map((route) => ({
    route: route.name,
    action: actionOf(route),
    service: route.action.kind === "forward" ? route.action.service : null,
    version: route.version ?? null,
    policies: route.policies.map(({ slot }) => slot),
    matches: route.match.map(matchRow),
  }));
}

function actionOf(route: Route): string {
  const { action } = route;
  switch (action.kind) {
    case "forward":
      return action.service + changesOf(route);
    case "split": {
      const shares = Object.entries(action.to).map(([service, weight]) => `${service} ${weight}`);
      return `${shares.join(", ")}${action.by === undefined ? "" : ` by ${action.by}`}${changesOf(route)}`;
    }
    case "redirect":
      return `redirect ${action.status} to ${action.to}`;
    case "respond":
      return `respond ${action.status}`;
    case "compose": {
      const parts = Object.entries(action.parts).map(([name, { service, optional, fallback }]) => {
        const from = name === service ? name : `${name} (${service})`;
        return optional || fallback !== undefined ? `${from}?` : from;
      });
      return `composed of ${parts.join(", ")}`;
    }
  }
}

function changesOf({ rewrite, keepVersionPath, mirror }: Route): string {
  const path = rewrite?.path === undefined ? (rewrite?.stripPrefix ? "prefix stripped" : "") : `as ${rewrite.path}`;
  const host = rewrite?.host === undefined ? "" : `host ${rewrite.host}`;
  const changes = [path, host, keepVersionPath ? "version kept" : "", mirrorOf(mirror)]
    .filter((change) => change !== "")
    .join(", ");
  return changes === "" ? "" : ` (${changes})`;
}

function mirrorOf(mirror: Route["mirror"]): string {
  if (mirror === undefined) return "";
  const share = Math.round(mirror.percent * 1e6) / 1e4;
  return share === 100 ? `mirrored to ${mirror.service}` : `${share}% mirrored to ${mirror.service}`;
}

function matchRow(match: MatchSpec): MatchRow {
  return {
    host: match.host === undefined ? null : formatHost(match.host),
    path: pathOf(match),
    methods: match.methods,
    conditions: [
      ...match.headers.map((test) => condition("header", test)),
      ...match.query.map((test) => condition("query", test)),
      ...match.cookies.map((test) => condition("cookie", test)),
      ...(match.clientIp.length === 0 ? [] : [`client in ${match.clientIp.join(", ")}`]),
    ],
  };
}

function pathOf({ path }: MatchSpec): string {
  if (path === undefined) return "/";
  if (path.kind === "regex") return `~ ${path.source}`;
  return path.kind === "exact" ? `= ${path.text}` : path.text;
}

function condition(kind: string, { name, test }: FieldTest): string {
  if (test.kind === "present") return `${kind} ${name} ${test.present ? "present" : "absent"}`;
  return test.kind === "regex" ? `${kind} ${name} ~ ${test.source}` : `${kind} ${name} = ${test.value}`;
}
