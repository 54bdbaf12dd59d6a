import type { TextSink } from "../context.ts";
import { createStyle, type Style } from "../ui/style.ts";
import type { ConfiguredService } from "./configured-services.ts";
import { discoveredLines, idText, namesOf, pushRows, tableText } from "./table-look.ts";
import { fitting, type Look, newTable } from "../ui/table.ts";

/** Writes the services as configured: a row for each endpoint. */
export function writeConfiguredServices(sink: TextSink, services: readonly ConfiguredService[]): void {
  if (services.length === 0) return sink.write("The config has no services.\n");
  const style = createStyle(sink);
  sink.write(`${fitting(sink.columns, (look) => configuredTable(services, style, look))}\n`);
  for (const line of discoveredLines(services, style)) sink.write(`${line}\n`);
}

function configuredTable(services: readonly ConfiguredService[], style: Style, look: Look): string {
  const hasRoles = services.some(({ endpoints }) => endpoints.some(({ backup, zone }) => backup || zone !== null));
  const hasWeights = services.some(({ endpoints }) => endpoints.some(({ weight }) => weight !== 1));
  const head = ["service", "endpoint", ...(hasWeights ? ["weight"] : []), ...(hasRoles ? ["role"] : [])];
  const table = newTable(head, look, style, ["left", "left", hasWeights ? "right" : "left"]);
  for (const { service, algorithm, endpoints, instances } of services) {
    const rows = endpoints.map(({ id, weight, backup, zone }) => [
      idText(id, look),
      ...(hasWeights ? [String(weight)] : []),
      ...(hasRoles ? [[...(backup ? ["backup"] : []), ...(zone === null ? [] : [`zone ${zone}`])].join(", ")] : []),
    ]);
    const started = `${instances} ${instances === 1 ? "instance" : "instances"}, started by up`;
    if (rows.length === 0) {
      const what = instances === 0 ? "found while it runs" : started;
      rows.push([style.faint(what), ...head.slice(2).map(() => "")]);
    }
    pushRows(table, namesOf({ service, algorithm }, style, look), rows);
  }
  return tableText(table, services, style, look);
}
