import { UsageError } from "../usage-error.ts";

/** Service name → endpoint URLs. The name `app` stands for one that was given without a name. */
export type FrontedServices = ReadonlyMap<string, readonly string[]>;

/** The service of endpoints that were given without a name; its route is `/`. */
export const UNNAMED = "app";

/** What `templates/minimal` has. */
export const DEFAULT_ENDPOINTS = ["http://localhost:4001", "http://localhost:4002", "http://localhost:4003"] as const;

const NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;

/**
 * Reads what the user says about running servers: URLs, or ports of this machine, separated by commas, each with the
 * name of a service in front if there is more than one: `4001, 4002` or `users=4001, orders=http://localhost:4010`.
 *
 * @throws UsageError naming the part that is none of these.
 */
export function parseFronted(text: string): FrontedServices {
  const services = new Map<string, string[]>();
  const seen = new Set<string>();
  const parts = text.replace(/\s*=\s*/g, "=").split(/[,\s]+/);
  for (const part of parts.filter((each) => each !== "")) {
    const [, name = UNNAMED, address = ""] = /^(?:([^=:/]+)=)?(.*)$/.exec(part) ?? [];
    if (!NAME.test(name))
      throw new UsageError(`"${name}" is not a service's name: letters, digits, dots, hyphens and underscores.`);
    const url = endpointUrl(address, part);
    if (seen.has(url)) throw new UsageError(`${url} is named twice.`);
    seen.add(url);
    services.set(name, [...(services.get(name) ?? []), url]);
  }
  if (services.size === 0)
    throw new UsageError("At least one endpoint is needed, as in 4001 or http://localhost:4001.");
  return services;
}

/** The same, the other way round. */
export function formatFronted(services: FrontedServices): string {
  return [...services]
    .flatMap(([name, urls]) => urls.map((url) => (name === UNNAMED ? url : `${name}=${url}`)))
    .join(", ");
}

/** @throws UsageError unless it is a port from 1 to 65535. */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new UsageError(`"${text}" is not a port: a number from 1 to 65535.`);
  return port;
}

/** @throws UsageError if one of the endpoints would be the gateway itself. */
export function refuseLoop(services: FrontedServices, port: number): void {
  for (const url of [...services.values()].flat()) {
    const { hostname, port: its } = new URL(url);
    if (Number(its || 80) !== port || !LOOPBACK.has(hostname)) continue;
    throw new UsageError(`${url} would be the gateway itself, which listens on port ${port}.`);
  }
}

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

function endpointUrl(address: string, part: string): string {
  if (/^\d+$/.test(address)) return `http://localhost:${parsePort(address)}`;
  const url = asUrl(address);
  // What init writes must pass `check`, which refuses other schemes for now.
  if (url?.protocol === "https:") throw new UsageError(`"${part}": endpoints over https are not supported yet.`);
  if (!url?.hostname || url.protocol !== "http:") {
    throw new UsageError(`"${part}" is neither a port nor a URL, as in 4001 or http://localhost:4001.`);
  }
  if (url.username || url.password || url.pathname !== "/" || url.search || url.hash) {
    throw new UsageError(`"${part}" has more than scheme, host and port; paths belong to routes.`);
  }
  return url.origin;
}

/** `localhost:4001` is taken for a URL too; a bare word is not, it is more likely a slip. */
function asUrl(address: string): URL | undefined {
  const whole = /:\d+$/.test(address) && !address.includes("://") ? `http://${address}` : address;
  return URL.canParse(whole) ? new URL(whole) : undefined;
}
