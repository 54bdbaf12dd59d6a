import type { BoundListener, Gateway } from "../../gateway/gateway.ts";
import type { EndpointSnapshot } from "../../upstream/snapshot.ts";
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
}

/** Writes what the gateway listens on and what is behind it: one table, and the URLs. */
export function writeOverview(sink: TextSink, { gateway, name, adminUrl, names }: OverviewInput): void {
  const style = createStyle(sink);
  const table = createTable(
    ["listener", "service", "algorithm", "endpoint", "health"].map((title) => ({ title })),
    sink,
  );
  const listeners = gateway.bound.map((listener) => listenerText(listener));
  const services = [...gateway.runtime.services.values()].map((service) => service.upstream.snapshot());
  const rows = services.flatMap(({ service, algorithm, endpoints }) => {
    if (endpoints.length === 0) return [[service, algorithm, style.faint("none yet"), ""]];
    return endpoints.map((endpoint, index) => [
      index === 0 ? service : "",
      index === 0 ? algorithm : "",
      endpointText(endpoint, names),
      healthText(endpoint, style),
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
