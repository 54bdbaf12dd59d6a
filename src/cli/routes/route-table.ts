import type { TextSink } from "../context.ts";
import { createStyle, type Style } from "../ui/style.ts";
import { fitting, type Look, newTable, renderTable } from "../ui/table.ts";
import type { RouteRow } from "./route-rows.ts";

/** Writes the routes as a table, a line for each match. */
export function writeRoutes(sink: TextSink, rows: readonly RouteRow[]): void {
  const style = createStyle(sink);
  if (rows.length === 0) return sink.write("The config has no routes.\n");
  sink.write(`${fitting(sink.columns, (look) => routeTable(rows, style, look))}\n`);
  sink.write(style.faint("A path is a prefix by whole segments; = is exact, ~ a regular expression.\n"));
}

function routeTable(rows: readonly RouteRow[], style: Style, look: Look): string {
  const hasHosts = rows.some(({ matches }) => matches.some(({ host }) => host !== null));
  const hasConditions = rows.some(({ matches }) => matches.some(({ conditions }) => conditions.length > 0));
  const hasPolicies = rows.some(({ policies }) => policies.length > 0);
  const columns = [
    "route",
    ...(hasHosts ? ["host"] : []),
    "path",
    "methods",
    ...(hasConditions ? ["and"] : []),
    "leads to",
    ...(hasPolicies ? ["policies"] : []),
  ];
  const table = newTable(columns, look, style);
  for (const { route, matches, action, policies } of rows) {
    matches.forEach((match, index) => {
      const first = index === 0;
      table.push([
        first ? route : "",
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
