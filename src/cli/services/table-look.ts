import type Table from "cli-table3";
import { printable } from "../ui/display-width.ts";
import type { Style } from "../ui/style.ts";
import { type Look, renderTable } from "../ui/table.ts";

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
  look: Look,
): string {
  const text = renderTable(table, look);
  if (look.algorithms) return text;
  const lines = services.map(({ service, algorithm }) => style.faint(`  ${service}: ${algorithm}`));
  return [text, ...lines].join("\n");
}

/** Where endpoints that do not stand in the config come from, a line for each such service. */
export function discoveredLines(
  services: readonly { readonly service: string; readonly discovered?: string | null }[],
  style: Style,
): string[] {
  return services.flatMap(({ service, discovered }) =>
    typeof discovered === "string"
      ? [`  ${style.faint(`${service}: endpoints found in ${printable(discovered)}`)}`]
      : [],
  );
}

/** The service's name stands beside its first endpoint, and the algorithm below the name. */
export function pushRows(table: Table.Table, names: readonly string[], rows: readonly string[][]): void {
  for (let i = 0; i < Math.max(rows.length, names.length); i++) {
    const row = rows[i] ?? rows[0]?.map(() => "") ?? [];
    table.push([names[i] ?? "", ...row]);
  }
}

/** An endpoint's id as a table shows it. */
export function idText(id: string, { short }: Look): string {
  return printable(short ? id.replace(/^http:\/\//, "") : id);
}
