import type { EndpointProtocol } from "../../upstream/schema/endpoint-url.ts";
import type { EndpointSpec } from "../../upstream/schema/endpoints.ts";
import { isMapping } from "../config-path.ts";
import type { Problem } from "../diagnostic.ts";
import { labelsOf, readLabels } from "./compose-labels.ts";
import { hostPorts, parsePortMapping, type PortMapping, publishes } from "./compose-ports.ts";
import type { ComposeService, Placed } from "./compose-service.ts";
import { fillVariables } from "./compose-variables.ts";
import { discoveredEndpoint } from "../../upstream/discovered-endpoint.ts";
import { foundAt } from "./reading.ts";

export interface ComposeWish {
  /** Inside the container. */
  readonly port: number;
  readonly protocol: EndpointProtocol;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The endpoints of a service: one for each port of this machine that leads to the port of the container. Of a range on the
 * host, as many as `replicas` says, from the first on, as Docker gives them out; all of it where nothing says how many
 * there are. Of several entries that publish the port, the first counts: all lead to the same containers.
 */
export function composeEndpoints(service: ComposeService, wish: ComposeWish, problems: Problem[]): EndpointSpec[] {
  const fill = createFill(wish, problems);
  const labels = new Map(service.labels.flatMap(({ value, path }) => [...labelsOf(fill(value, path))]));
  const { found, problems: mislabelled } = readLabels(labels);
  const at = service.labels.findLast(({ value }) => value !== undefined)?.path ?? service.path;
  for (const { message, hint } of mislabelled) problems.push(foundAt("GW0164", "warning", at, message, hint));
  const replicas = readReplicas(service.replicas, fill, problems);
  if (!found.enable || replicas === 0) return [];
  const { weight, backup, zone } = found;
  return addressesOf(service, wish, fill, problems, replicas).map(({ host, port }) => ({
    ...discoveredEndpoint(wish.protocol, host, port),
    weight,
    backup,
    ...(zone === undefined ? {} : { zone }),
  }));
}

type Fill = (value: unknown, path: Placed["path"]) => unknown;

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Fills in the variables of a text, or of the texts in a mapping or list. */
function createFill({ env }: ComposeWish, problems: Problem[]): Fill {
  const fill: Fill = (value, path) => {
    if (Array.isArray(value)) return value.map((item, i) => fill(item, [...path, i]));
    if (isMapping(value)) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, [...path, key])]));
    }
    if (typeof value !== "string" || !value.includes("$")) return value;
    const { text, problem } = fillVariables(value, env);
    if (problem !== undefined) problems.push(foundAt("GW0161", "error", path, problem));
    return text;
  };
  return fill;
}

function readReplicas(placed: Placed | undefined, fill: Fill, problems: Problem[]): number | undefined {
  if (placed === undefined) return undefined;
  const value = fill(placed.value, placed.path);
  if (/^\d{1,4}$/.test(String(value))) return Number(value);
  problems.push(foundAt("GW0164", "warning", placed.path, `${String(value)} is not a number of containers`));
  return undefined;
}

function addressesOf(
  service: ComposeService,
  { port, protocol }: ComposeWish,
  fill: Fill,
  problems: Problem[],
  replicas: number | undefined,
): Address[] {
  // On the host's network there is nothing to publish.
  if (service.networkMode?.value === "host") return [{ host: "localhost", port }];
  const transport = protocol === "udp" ? "udp" : "tcp";
  const mappings = parseAll(service, fill, problems);
  const matching = mappings.filter(({ mapping }) => publishes(mapping, port, transport));
  const usable = matching.find(({ mapping }) => mapping.published !== undefined);
  if (usable === undefined) {
    if (problems.every(({ severity }) => severity !== "error")) {
      problems.push(unpublished(service, `${port}${transport === "udp" ? "/udp" : ""}`, matching[0], mappings));
    }
    return [];
  }
  const host = hostOf(usable.mapping.hostIp);
  const ports = hostPorts(usable.mapping, port) ?? [];
  if (replicas !== undefined && replicas > ports.length) {
    const message = `${replicas} containers cannot have ${ports.length === 1 ? "one port" : `${ports.length} ports`} of this machine`;
    problems.push(foundAt("GW0164", "warning", usable.path, message, "publish a range, as in 8080-8089:80"));
  }
  return ports.slice(0, replicas).map((each) => ({ host, port: each }));
}

type PlacedMapping = { readonly mapping: PortMapping; readonly path: Placed["path"] };

function parseAll(service: ComposeService, fill: Fill, problems: Problem[]): PlacedMapping[] {
  return service.ports.flatMap(({ value, path }) => {
    const before = problems.length;
    const mapping = parsePortMapping(fill(value, path));
    if (problems.length > before) return [];
    if (!("problem" in mapping)) return [{ mapping, path }];
    problems.push(foundAt("GW0161", "error", path, `this entry of \`ports\` ${mapping.problem}`));
    return [];
  });
}

function unpublished(
  service: ComposeService,
  port: string,
  drawn: PlacedMapping | undefined,
  mappings: readonly PlacedMapping[],
): Problem {
  const hint = `write it as "${port.replace("/udp", "")}:${port}" under \`ports\``;
  if (drawn !== undefined) {
    const message = `port ${port} is published on a port that Docker draws, which is not in the file`;
    return foundAt("GW0162", "error", drawn.path, message, hint);
  }
  const known = mappings.map(({ mapping: { target } }) => [...new Set(target)].join("-")).join(", ");
  const message = `service ${service.name} publishes ${known === "" ? "no port" : `${known}, and not port ${port}`}`;
  return { ...foundAt("GW0162", "error", service.path, message, hint), at: "key" };
}

/** Where a port that is bound to this address is reached from this machine. */
function hostOf(hostIp: string | undefined): string {
  if (hostIp === undefined || hostIp === "::") return "localhost";
  return hostIp === "0.0.0.0" ? "127.0.0.1" : hostIp;
}
