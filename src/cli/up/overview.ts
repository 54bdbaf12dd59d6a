import type { EndpointSnapshot, ServiceSnapshot } from "../../admin/admin-source.ts";
import type { Config } from "../../config/config.ts";
import type { BoundListener } from "../../gateway/gateway.ts";
import type { ManagedProcess } from "../../processes/events.ts";
import type { TextSink } from "../context.ts";
import { inSome } from "../services/state.ts";
import { idText, tableText } from "../services/table-look.ts";
import { fitting, type Look, newTable } from "../ui/table.ts";
import { createStyle, type Style } from "../ui/style.ts";
import { writeGuide } from "./guide.ts";
import { workerNotes } from "./worker-notes.ts";

export interface OverviewInput {
  readonly bound: readonly BoundListener[];
  readonly services: readonly ServiceSnapshot[];
  readonly config: Config;
  /** Processes that serve; 1 is not worth a word. */
  readonly workers: number;
  /** Gateway instances behind a front of their own; 1 is not worth a word. */
  readonly gateways: number;
  /** What the config is called: "gateway.config.yaml", "the demo". */
  readonly name: string;
  /** Of dashboard, API and metrics; absent where it is off. */
  readonly adminUrl: string | undefined;
  /** File of the traffic record, where one is written. */
  readonly record?: string | undefined;
  /** Names of endpoints that are better than their URLs. */
  readonly names: ReadonlyMap<string, string>;
  /** What is worth watching, a line each: the demo's. */
  readonly guide: readonly string[];
  /** What gatewayctl runs. */
  readonly processes: readonly ManagedProcess[];
  /** This run has made the local CA: nobody trusts it yet. */
  readonly madeAuthority?: boolean;
  /** How gatewayctl is called in another terminal. */
  readonly command: string;
}

/** Writes what the gateway listens on and what is behind it: one table, the URLs, and what to try. */
export function writeOverview(sink: TextSink, input: OverviewInput): void {
  const { bound, services, name, adminUrl, workers, gateways } = input;
  const style = createStyle(sink);
  // Where nothing is shown, nothing is too wide.
  sink.write(
    `${fitting(sink.isTTY ? sink.columns : Number.POSITIVE_INFINITY, (look) => overviewTable(input, style, look))}\n`,
  );
  const urls = bound.map(({ url }) => style.link(url)).join("  ");
  sink.write(`\n  ${style.good("●")} ${style.strong(name)} is up at ${urls}\n`);
  if (workers > 1) sink.write(`  ${style.faint("○")} ${workers} workers share the work\n`);
  if (gateways > 1) {
    const algorithm = input.config.gateways?.algorithm ?? "least-conn";
    sink.write(`  ${style.faint("○")} ${gateways} gateways behind a load balancer (${algorithm})\n`);
  }
  for (const note of workerNotes(input.config, Math.max(workers, gateways))) sink.write(`    ${style.faint(note)}\n`);
  for (const { service, discovered } of services) {
    if (discovered !== undefined)
      sink.write(`  ${style.faint("○")} endpoints of ${service} are found in ${discovered}\n`);
  }
  if (adminUrl !== undefined) sink.write(`  ${style.faint("○")} admin API and metrics at ${style.link(adminUrl)}\n`);
  if (input.record !== undefined) {
    sink.write(`  ${style.faint("○")} recording timings and decisions in ${input.record}, for bench --replay\n`);
  }
  if (input.madeAuthority) {
    const command = style.link(`${input.command} cert`);
    sink.write(`  ${style.warning("○")} made a local CA for https; ${command} says how to trust it\n`);
  }
  for (const { service, endpoints } of services) {
    if (endpoints.length === 0 || endpoints.some(({ health }) => health !== "unhealthy")) continue;
    sink.write(`  ${style.bad("○")} no endpoint of ${service} answers: start it, and it is noticed by itself\n`);
  }
  writeGuide(sink, input);
}

function overviewTable(input: OverviewInput, style: Style, look: Look): string {
  const { services } = input;
  const algorithm = look.algorithms ? ["algorithm"] : [];
  const head = ["listener", "service", ...algorithm, "endpoint", "health"];
  const table = newTable(head, look, style);
  const listeners = input.bound.map((listener) => listenerText(listener));
  const rows = services.flatMap((service) =>
    endpointRows(service, input, style, look).map((cells, index) => [
      index === 0 ? service.service : "",
      ...(look.algorithms ? [index === 0 ? service.algorithm : ""] : []),
      ...cells,
    ]),
  );
  for (let i = 0; i < Math.max(rows.length, listeners.length); i++) {
    table.push([listeners[i] ?? "", ...(rows[i] ?? head.slice(1).map(() => ""))]);
  }
  return tableText(table, services, style, look);
}

/** Endpoints, and the instances that are not ready to be one. */
function endpointRows(service: ServiceSnapshot, input: OverviewInput, style: Style, look: Look): string[][] {
  const { names, processes } = input;
  const rows = service.endpoints.map((endpoint) => [endpointText(endpoint, names, look), healthText(endpoint, style)]);
  for (const { service: owner, instance, port, state } of processes) {
    if (owner !== service.service || service.endpoints.some(({ id }) => id.endsWith(`:${port}`))) continue;
    rows.push([`instance ${instance} on port ${port}`, style.bad(state === "starting" ? "still starting" : "ended")]);
  }
  return rows.length > 0 ? rows : [[style.faint("none"), ""]];
}

function listenerText({ kind, hosts, port, redirect }: BoundListener): string {
  const loopback = hosts.every((host) => host === "127.0.0.1" || host === "::1");
  return `${kind} ${loopback ? "" : `${hosts.join(", ")} `}:${port}${redirect === undefined ? "" : ` to ${redirect}`}`;
}

function endpointText(
  { id, weight, backup }: EndpointSnapshot,
  names: ReadonlyMap<string, string>,
  look: Look,
): string {
  const name = names.get(id);
  const notes = [...(weight === 1 ? [] : [`weight ${weight}`]), ...(backup ? ["backup"] : [])].join(", ");
  return `${idText(id, look)}${name === undefined ? "" : ` ${name}`}${notes === "" ? "" : ` (${notes})`}`;
}

function healthText({ health, healthByInstance, reason, draining }: EndpointSnapshot, style: Style): string {
  if (draining) return style.warning("draining");
  if (health === "healthy") return style.good("healthy");
  const where = healthByInstance === undefined ? "" : ` (${inSome("unhealthy", healthByInstance)})`;
  if (health === "unhealthy") return style.bad(`down: ${reason ?? "unhealthy"}${where}`);
  return style.faint("not checked");
}
