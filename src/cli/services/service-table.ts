import type { EndpointSnapshot, ServiceSnapshot } from "../../admin/admin-source.ts";
import type { TextSink } from "../context.ts";
import { printable } from "../ui/display-width.ts";
import { createStyle, type Style } from "../ui/style.ts";
import { formatMs, formatSpan } from "./format.ts";
import { inSome, stateOf } from "./state.ts";
import { discoveredLines, idText, namesOf, pushRows, tableText } from "./table-look.ts";
import { fitting, type Look, newTable } from "../ui/table.ts";

/** A column of figures or words about one endpoint. */
interface Column {
  readonly title: string;
  readonly align: "left" | "right";
  cell(endpoint: EndpointSnapshot, style: Style): string;
  /** Left out where it says nothing about any endpoint. */
  shown?(endpoints: readonly EndpointSnapshot[]): boolean;
}

const COLUMNS: readonly Column[] = [
  { title: "state", align: "left", cell: (endpoint, style) => stateText(endpoint, style) },
  {
    title: "weight",
    align: "right",
    cell: ({ weight }) => String(weight),
    shown: (endpoints) => endpoints.some(({ weight }) => weight !== 1),
  },
  { title: "in flight", align: "right", cell: ({ inFlight }) => String(inFlight) },
  { title: "requests", align: "right", cell: ({ requests }) => requests.toLocaleString("en") },
  {
    title: "failed",
    align: "right",
    cell: ({ failures }, style) => (failures === 0 ? style.faint("0") : style.bad(failures.toLocaleString("en"))),
  },
  {
    title: "latency",
    align: "right",
    cell: ({ latencyMs }, style) => (latencyMs === null ? style.faint("–") : formatMs(latencyMs)),
    shown: (endpoints) => endpoints.some(({ latencyMs }) => latencyMs !== null),
  },
];

/**
 * Writes the services of a running gateway: a row for each endpoint, and below the table why some are not used, and how
 * many processes the figures are of ("2 workers"), where these are several.
 */
export function writeServices(sink: TextSink, services: readonly ServiceSnapshot[], processes?: string): void {
  if (services.length === 0) return sink.write("The config has no services.\n");
  const style = createStyle(sink);
  const columns = COLUMNS.filter(({ shown }) => shown?.(services.flatMap(({ endpoints }) => endpoints)) ?? true);
  sink.write(`${fitting(sink.columns, (look) => liveTable(services, columns, style, look))}\n`);
  for (const line of discoveredLines(services, style)) sink.write(`${line}\n`);
  for (const line of remarks(services, style)) sink.write(`${line}\n`);
  if (processes !== undefined) sink.write(`  ${style.faint(`${processes}: figures are the sum of all`)}\n`);
}

function liveTable(services: readonly ServiceSnapshot[], columns: readonly Column[], style: Style, look: Look): string {
  const table = newTable(["service", "endpoint", ...columns.map(({ title }) => title)], look, style, [
    "left",
    "left",
    ...columns.map(({ align }) => align),
  ]);
  for (const service of services) {
    const names = namesOf(service, style, look);
    const rows = service.endpoints.map((endpoint) => [
      idText(endpoint.id, look),
      ...columns.map((column) => column.cell(endpoint, style)),
    ]);
    if (rows.length === 0) rows.push([style.faint("none yet"), ...columns.map(() => "")]);
    pushRows(table, names, rows);
  }
  return tableText(table, services, style, look);
}

function stateText(endpoint: EndpointSnapshot, style: Style): string {
  const { word, tone } = stateOf(endpoint);
  return style[tone](`${endpoint.eligible ? "●" : "○"} ${word}`);
}

/** What the table has no room for. */
function remarks(services: readonly ServiceSnapshot[], style: Style): string[] {
  return services.flatMap((snapshot) => [
    ...modeRemark(snapshot, style),
    ...breakerRemark(snapshot, style),
    ...snapshot.endpoints.flatMap((endpoint) => {
      const { word, tone, why } = stateOf(endpoint);
      if (why === undefined) return [];
      const since = endpoint.health === "unhealthy" ? ` for ${formatSpan(endpoint.sinceMs)}` : "";
      return [`  ${style[tone](word)}  ${snapshot.service} · ${printable(endpoint.id)}${since}: ${printable(why)}`];
    }),
  ]);
}

function breakerRemark({ service, breaker }: ServiceSnapshot, style: Style): string[] {
  if (breaker === undefined || breaker.phase === "closed") return [];
  const what =
    breaker.phase === "open"
      ? `is given a rest: its requests get 503, ${Math.ceil(breaker.opensInMs / 1000)} s more`
      : "is tried again after its rest";
  return [`  ${style.bad(breaker.phase)}  ${service} ${what}`];
}

function modeRemark({ service, mode, modeByInstance, endpoints }: ServiceSnapshot, style: Style): string[] {
  // Of a service without endpoints the table has said so.
  if (endpoints.length === 0) return [];
  const where = modeByInstance === undefined ? "" : ` (${inSome(mode, modeByInstance)})`;
  if (mode === "none")
    return [`  ${style.bad("none")}  ${service} has no endpoint that may be used: its requests get 503${where}`];
  if (mode === "panic")
    return [`  ${style.bad("panic")}  ${service} has too few healthy endpoints, so health is ignored${where}`];
  return mode === "backup" ? [`  ${style.warning("backup")}  ${service} runs on its backup endpoints${where}`] : [];
}
