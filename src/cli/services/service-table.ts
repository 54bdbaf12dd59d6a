import Table from "cli-table3";
import type { EndpointSnapshot, ServiceSnapshot } from "../../admin/admin-source.ts";
import type { TextSink } from "../context.ts";
import { printable } from "../ui/display-width.ts";
import { createStyle, type Style } from "../ui/style.ts";
import { formatMs, formatSpan } from "./format.ts";
import { stateOf } from "./state.ts";

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

/** Writes the services of a running gateway: a row for each endpoint, and below the table why some are not used. */
export function writeServices(sink: TextSink, services: readonly ServiceSnapshot[]): void {
  if (services.length === 0) return sink.write("The config has no services.\n");
  const style = createStyle(sink);
  const columns = COLUMNS.filter(({ shown }) => shown?.(services.flatMap(({ endpoints }) => endpoints)) ?? true);
  sink.write(`${fitting(sink.columns, (look) => liveTable(services, columns, style, look))}\n`);
  for (const line of remarks(services, style)) sink.write(`${line}\n`);
}

/** How much room a table may take. */
export interface Look {
  readonly framed: boolean;
  /** Ids without http://. */
  readonly short: boolean;
}

const LOOKS: readonly Look[] = [
  { framed: true, short: false },
  { framed: true, short: true },
  { framed: false, short: true },
];

/** The first look in which the table is not wider than the screen, or the last. */
export function fitting(columns: number, build: (look: Look) => Table.Table): string {
  let text = "";
  for (const look of LOOKS) {
    const table = build(look);
    text = table.toString();
    if (table.width <= columns) break;
  }
  return text;
}

function liveTable(
  services: readonly ServiceSnapshot[],
  columns: readonly Column[],
  style: Style,
  look: Look,
): Table.Table {
  const table = newTable(["service", "endpoint", ...columns.map(({ title }) => title)], look, style, [
    "left",
    "left",
    ...columns.map(({ align }) => align),
  ]);
  for (const service of services) {
    const names = [style.strong(service.service), style.faint(service.algorithm)];
    const rows = service.endpoints.map((endpoint) => [
      idText(endpoint.id, look),
      ...columns.map((column) => column.cell(endpoint, style)),
    ]);
    if (rows.length === 0) rows.push([style.faint("none yet"), ...columns.map(() => "")]);
    pushRows(table, names, rows);
  }
  return table;
}

/** The service's name stands beside its first endpoint, and the algorithm below the name. */
export function pushRows(table: Table.Table, names: readonly string[], rows: readonly string[][]): void {
  for (let i = 0; i < Math.max(rows.length, names.length); i++) {
    const row = rows[i] ?? rows[0]?.map(() => "") ?? [];
    table.push([names[i] ?? "", ...row]);
  }
}

/** The look of every command's tables; without a frame, columns with two blanks between. */
export function newTable(
  head: readonly string[],
  { framed }: Look,
  style: Style,
  colAligns: ("left" | "right")[],
): Table.Table {
  return new Table({
    head: head.map((title) => style.strong(title)),
    colAligns,
    style: { head: [], border: [], compact: true, "padding-left": framed ? 1 : 0, "padding-right": framed ? 1 : 0 },
    ...(framed ? {} : { chars: OPEN }),
  });
}

const NOTHING = [
  "top",
  "top-mid",
  "top-left",
  "top-right",
  "bottom",
  "bottom-mid",
  "bottom-left",
  "bottom-right",
] as const;
const OPEN = {
  ...Object.fromEntries([...NOTHING, "left", "left-mid", "mid-mid", "right", "right-mid"].map((name) => [name, ""])),
  mid: "─",
  middle: "  ",
};

export function idText(id: string, { short }: Look): string {
  return printable(short ? id.replace(/^http:\/\//, "") : id);
}

function stateText(endpoint: EndpointSnapshot, style: Style): string {
  const { word, tone } = stateOf(endpoint);
  return style[tone](`${endpoint.eligible ? "●" : "○"} ${word}`);
}

/** What the table has no room for. */
function remarks(services: readonly ServiceSnapshot[], style: Style): string[] {
  return services.flatMap(({ service, mode, endpoints }) => [
    ...modeRemark(service, mode, style),
    ...endpoints.flatMap((endpoint) => {
      const { word, tone, why } = stateOf(endpoint);
      if (why === undefined) return [];
      const since = endpoint.health === "unhealthy" ? ` for ${formatSpan(endpoint.sinceMs)}` : "";
      return [`  ${style[tone](word)}  ${service} · ${printable(endpoint.id)}${since}: ${printable(why)}`];
    }),
  ]);
}

function modeRemark(service: string, mode: ServiceSnapshot["mode"], style: Style): string[] {
  if (mode === "none")
    return [`  ${style.bad("none")}  ${service} has no endpoint that may be used: its requests get 503`];
  if (mode === "panic")
    return [`  ${style.bad("panic")}  ${service} has too few healthy endpoints, so health is ignored`];
  return mode === "backup" ? [`  ${style.warning("backup")}  ${service} runs on its backup endpoints`] : [];
}
