import type { TextSink } from "../context.ts";
import { createStyle, type Style } from "../ui/style.ts";
import { fitting, type Look, newTable, renderTable } from "../ui/table.ts";
import type { RouteRow } from "./route-rows.ts";
import type { VersionRow } from "./version-rows.ts";

/** The versions of an API, and where requests name them, as the config writes it. */
export interface Versions {
  readonly from: readonly string[];
  readonly rows: readonly VersionRow[];
}

/** Writes the routes as a table, a line for each match, and below it the versions, where there are any. */
export function writeRoutes(sink: TextSink, rows: readonly RouteRow[], versions: Versions | undefined): void {
  const style = createStyle(sink);
  if (rows.length === 0) return sink.write("The config has no routes.\n");
  const hasVersions = versions !== undefined;
  sink.write(`${fitting(sink.columns, (look) => routeTable(rows, hasVersions, style, look))}\n`);
  sink.write(style.faint("A path is a prefix by whole segments; = is exact, ~ a regular expression.\n"));
  if (versions === undefined) return;
  sink.write(`\n${fitting(sink.columns, (look) => versionTable(versions.rows, style, look))}\n`);
  sink.write(style.faint(`Requests name a version by ${versions.from.join(", then ")}.\n`));
}

function versionTable(rows: readonly VersionRow[], style: Style, look: Look): string {
  const table = newTable(["version", "deprecated", "sunset", "link", "routes"], look, style);
  const none = style.faint("–");
  for (const { version, default: isDefault, deprecated, sunset, link, routes } of rows) {
    const name = isDefault ? `${version} ${style.faint("default")}` : version;
    table.push([name, deprecated ?? none, sunset ?? none, link ?? none, String(routes.length)]);
  }
  return renderTable(table, look);
}

function routeTable(rows: readonly RouteRow[], hasVersions: boolean, style: Style, look: Look): string {
  const hasHosts = rows.some(({ matches }) => matches.some(({ host }) => host !== null));
  const hasConditions = rows.some(({ matches }) => matches.some(({ conditions }) => conditions.length > 0));
  const hasPolicies = rows.some(({ policies }) => policies.length > 0);
  const columns = [
    "route",
    ...(hasVersions ? ["version"] : []),
    ...(hasHosts ? ["host"] : []),
    "path",
    "methods",
    ...(hasConditions ? ["and"] : []),
    "leads to",
    ...(hasPolicies ? ["policies"] : []),
  ];
  const table = newTable(columns, look, style);
  for (const { route, version, matches, action, policies } of rows) {
    matches.forEach((match, index) => {
      const first = index === 0;
      table.push([
        first ? route : "",
        ...(hasVersions ? [first ? (version ?? style.faint("all")) : ""] : []),
        ...(hasHosts ? [match.host ?? style.faint("any")] : []),
        match.path,
        match.methods.length === 0 ? style.faint("any") : match.methods.join(" "),
        ...(hasConditions ? [match.conditions.join("\n")] : []),
        first ? action : "",
        ...(hasPolicies ? [first ? policies.join("\n") : ""] : []),
      ]);
    });
  }
  return renderTable(table, look);
}
