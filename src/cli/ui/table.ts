import { stripVTControlCharacters } from "node:util";
import Table from "cli-table3";
import { displayWidth } from "./display-width.ts";
import type { Style } from "./style.ts";

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

/** The look of every command's tables; without a frame, columns with a blank between. */
export function newTable(
  head: readonly string[],
  { framed }: Look,
  style: Style,
  colAligns: ("left" | "right")[] = [],
): Table.Table {
  return new Table({
    head: head.map((title) => style.strong(title)),
    colAligns: head.map((_, index) => colAligns[index] ?? "left"),
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
  ...Object.fromEntries([...NOTHING, "left", "left-mid", "right", "right-mid"].map((name) => [name, ""])),
  mid: "─",
  "mid-mid": "─",
  middle: " ",
};

/** The table as text. Without a frame, rows would end in blanks. */
export function renderTable(table: Table.Table, { framed }: Look): string {
  return framed ? table.toString() : table.toString().replace(/ +$/gm, "");
}
