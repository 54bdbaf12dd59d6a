import { stripVTControlCharacters } from "node:util";
import Table from "cli-table3";
import { displayWidth, printable } from "../ui/display-width.ts";
import type { Style } from "../ui/style.ts";

/** How much room a table may take. */
export interface Look {
  readonly framed: boolean;
  /** Ids without http://. */
  readonly short: boolean;
  /** Algorithms stand below the services' names; else in a line of their own below the table. */
  readonly algorithms: boolean;
}

const LOOKS: readonly Look[] = [
  { framed: true, short: false, algorithms: true },
  { framed: true, short: true, algorithms: true },
  { framed: true, short: true, algorithms: false },
  { framed: false, short: true, algorithms: true },
  { framed: false, short: true, algorithms: false },
];

/** The first look in which the table is not wider than the screen, or the last. */
export function fitting(columns: number, build: (look: Look) => string): string {
  let text = "";
  for (const look of LOOKS) {
    text = build(look);
    if (widthOf(text) <= columns) break;
  }
  return text;
}

function widthOf(text: string): number {
  return Math.max(
    ...stripVTControlCharacters(text)
      .split("\n")
      .map((line) => displayWidth(line.trimEnd())),
  );
}

/** What stands in the first column of a service's rows. */
export function namesOf(
  { service, algorithm }: { readonly service: string; readonly algorithm: string },
  style: Style,
  { algorithms }: Look,
): string[] {
  return [style.strong(service), ...(algorithms ? [style.faint(algorithm)] : [])];
}

/** The table, with the algorithms below it where there was no room for them inside. */
export function tableText(
  table: Table.Table,
  services: readonly { readonly service: string; readonly algorithm: string }[],
  style: Style,
  { algorithms, framed }: Look,
): string {
  // Without a frame, rows would end in blanks.
  const text = framed ? table.toString() : table.toString().replace(/ +$/gm, "");
  if (algorithms) return text;
  const lines = services.map(({ service, algorithm }) => style.faint(`  ${service}: ${algorithm}`));
  return [text, ...lines].join("\n");
}

/** The service's name stands beside its first endpoint, and the algorithm below the name. */
export function pushRows(table: Table.Table, names: readonly string[], rows: readonly string[][]): void {
  for (let i = 0; i < Math.max(rows.length, names.length); i++) {
    const row = rows[i] ?? rows[0]?.map(() => "") ?? [];
    table.push([names[i] ?? "", ...row]);
  }
}

/** The look of every command's tables; without a frame, columns with a blank between. */
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
  middle: " ",
};

/** An endpoint's id as a table shows it. */
export function idText(id: string, { short }: Look): string {
  return printable(short ? id.replace(/^http:\/\//, "") : id);
}
