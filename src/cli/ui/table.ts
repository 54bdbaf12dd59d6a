import Table from "cli-table3";
import type { TextSink } from "../context.ts";
import { createStyle } from "./style.ts";

export interface TableColumn {
  readonly title: string;
  /** Figures stand to the right. */
  readonly align?: "left" | "right";
}

/** A framed table without lines between its rows: the look of every command's tables. */
export function createTable(columns: readonly TableColumn[], sink: Pick<TextSink, "color">): Table.Table {
  const style = createStyle(sink);
  return new Table({
    head: columns.map(({ title }) => style.strong(title)),
    colAligns: columns.map(({ align }) => align ?? "left"),
    style: { head: [], border: [], compact: true },
  });
}
