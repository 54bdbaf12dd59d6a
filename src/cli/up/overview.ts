import type { BoundListener, Gateway } from "../../gateway/gateway.ts";
import type { EndpointSnapshot, ServiceSnapshot } from "../../upstream/snapshot.ts";
import type { ManagedProcess } from "../../processes/events.ts";
import type { TextSink } from "../context.ts";
import { createStyle, type Style } from "../ui/style.ts";
import { createTable } from "../ui/table.ts";

export interface OverviewInput {
  readonly gateway: Gateway;
  /** What the config is called: "gateway.config.yaml", "the demo". */
  readonly name: string;
  /** Of dashboard, API and metrics; absent where it is off. */
  readonly adminUrl: string | undefined;
  /** Names of endpoints that are better than their URLs. */
  readonly names: ReadonlyMap<string, string>;
  /** What gatewayctl runs. */
  readonly processes: readonly ManagedProcess[];
}

/** Writes what the gateway listens on and what is behind it: one table, and the URLs. */
export function writeOverview(sink: TextSink, input: OverviewInput): void {
  const { gateway, name, adminUrl } = input;
  const style = createStyle(sink);
  const table = createTable(
    ["listener", "service", "algorithm", "endpoint", "health"].map((title) => ({ title })),
    sink,
  );
  const listeners = gateway.bound.map((listener) => listenerText(listener));
  const rows = [...gateway.runtime.services.values()].flatMap(({ upstream }) => {
    const endpoints = endpointRows(upstream.snapshot(), input, style);
    return endpoints.map((cells, index) => [
      ...(index === 0 ? [upstream.name, upstream.algorithm.name] : ["", ""]),
      ...cells,
    ]);
  });
  for (let i = 0; i < Math.max(rows.length, listeners.length); i++) {
    table.push([listeners[i] ?? "", ...(rows[i] ?? ["", "", "", ""])]);
  }
  sink.write(`${table.toString()}\n`);
  const urls = gateway.bound.map(({ url }) => style.link(url)).join("  ");
  sink.write(`\n  ${style.good("●")} ${style.strong(name)} is up at ${urls}\n`);
  if (adminUrl !== undefined) sink.write(`  ${style.faint("○")} admin API and metrics at ${style.link(adminUrl)}\n`);
  sink.write(`  ${style.faint("Ctrl-C drains and stops; gatewayctl route GET / says where a request would go")}\n\n`);
}

/** Endpoints, and the instances that are not ready to be one. */
function endpointRows(service: ServiceSnapshot, { names, processes }: OverviewInput, style: Style): string[][] {
  const rows = service.endpoints.map((endpoint) => [endpointText(endpoint, names), healthText(endpoint, style)]);
  for (const { service: owner, instance, port, state } of processes) {
    if (owner !== service.service || service.endpoints.some(({ id }) => id.endsWith(`:${port}`))) continue;
    rows.push([`instance ${instance} on port ${port}`, style.bad(state === "starting" ? "still starting" : "ended")]);
  }
  return rows.length > 0 ? rows : [[style.faint("none"), ""]];
}

function listenerText({ kind, hosts, port }: BoundListener): string {
  const loopback = hosts.every((host) => host === "127.0.0.1" || host === "::1");
  return `${kind} ${loopback ? "" : `${hosts.join(", ")} `}:${port}`;
}

function endpointText({ id, weight, backup }: EndpointSnapshot, names: ReadonlyMap<string, string>): string {
  const name = names.get(id);
  const notes = [...(weight === 1 ? [] : [`weight ${weight}`]), ...(backup ? ["backup"] : [])].join(", ");
  return `${id}${name === undefined ? "" : ` ${name}`}${notes === "" ? "" : ` (${notes})`}`;
}

function healthText({ health, reason, draining }: EndpointSnapshot, style: Style): string {
  if (draining) return style.warning("draining");
  if (health === "healthy") return style.good("healthy");
  if (health === "unhealthy") return style.bad(`down: ${reason ?? "unhealthy"}`);
  return style.faint("not checked");
}
