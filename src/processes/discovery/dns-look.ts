import { discoveredEndpoint } from "../../upstream/discovered-endpoint.ts";
import type { EndpointProtocol } from "../../upstream/schema/endpoint-url.ts";
import type { EndpointSpec, EndpointsSpec } from "../../upstream/schema/endpoints.ts";
import type { Millis } from "../../shared/clock.ts";
import type { DnsClient, ServiceRecord } from "./dns-client.ts";
import { KnownAddresses } from "./known-addresses.ts";

export type DnsSpec = Extract<EndpointsSpec, { readonly kind: "dns" | "srv" }>;

/** What DNS says of a service's endpoints. */
export interface DnsLook {
  readonly endpoints: readonly EndpointSpec[];
  /** Until it is to be asked again; Infinity where nothing says so. */
  readonly ttlMs: Millis;
  /** Why some of it is only what was known before. */
  readonly trouble: string | undefined;
}

export interface DnsQuestion {
  readonly spec: DnsSpec;
  readonly protocol: EndpointProtocol;
  readonly client: DnsClient;
  /** Whether names that DNS does not have are looked for in the system's own list (its hosts file). */
  readonly hasLocal: boolean;
}

/** Asks for a service's endpoints; keeps, from look to look, what was known. */
export function createDnsLook({ spec, protocol, client, hasLocal }: DnsQuestion): () => Promise<DnsLook> {
  if (spec.kind === "srv") return srvLook(spec.srv, protocol, client, hasLocal);
  const name = new KnownAddresses(spec.dns, client, hasLocal);
  return async () => {
    const { addresses, ttlMs, trouble } = await name.look();
    const endpoints = addresses.map((address) => discoveredEndpoint(protocol, address, spec.port));
    return { endpoints, ttlMs, trouble };
  };
}

function srvLook(
  name: string,
  protocol: EndpointProtocol,
  client: DnsClient,
  hasLocal: boolean,
): () => Promise<DnsLook> {
  let known: readonly ServiceRecord[] = [];
  const targets = new Map<string, KnownAddresses>();
  return async () => {
    const answer = await client.services(name);
    if (answer.kind === "records") known = answer.records;
    else if (answer.kind === "empty") known = [];
    const wanted = new Set(known.map(({ target }) => target));
    for (const target of targets.keys()) if (!wanted.has(target)) targets.delete(target);
    for (const target of wanted) {
      if (!targets.has(target)) targets.set(target, new KnownAddresses(target, client, hasLocal));
    }
    const looks = new Map(
      await Promise.all([...targets].map(async ([target, each]) => [target, await each.look()] as const)),
    );
    const all = [...looks.values()];
    return {
      endpoints: srvEndpoints(known, (target) => looks.get(target)?.addresses ?? [], protocol),
      ttlMs: Math.min(...all.map(({ ttlMs }) => ttlMs)),
      trouble: srvTrouble(name, answer) ?? all.find(({ trouble }) => trouble !== undefined)?.trouble,
    };
  };
}

function srvTrouble(name: string, answer: Awaited<ReturnType<DnsClient["services"]>>): string | undefined {
  if (answer.kind === "failed") return `DNS does not tell the SRV records of ${name}: ${answer.reason}`;
  return answer.kind === "no-name" ? `DNS says that there is no ${name} (NXDOMAIN)` : undefined;
}

/**
 * Endpoints of SRV records (RFC 2782): those of the lowest priority number are used, those of all others are backups. A
 * weight of 0 would mean none at all here, and counts as the smallest, 1. An address and port that several records lead to
 * is one endpoint, of the first by priority and then weight.
 */
export function srvEndpoints(
  records: readonly ServiceRecord[],
  addressesOf: (target: string) => readonly string[],
  protocol: EndpointProtocol,
): EndpointSpec[] {
  const first = Math.min(...records.map(({ priority }) => priority));
  const found = new Map<string, EndpointSpec>();
  for (const { target, port, priority, weight } of records.toSorted(byRank)) {
    for (const address of addressesOf(target)) {
      const endpoint = discoveredEndpoint(protocol, address, port);
      if (found.has(endpoint.id)) continue;
      found.set(endpoint.id, { ...endpoint, weight: Math.max(weight, 1), backup: priority > first });
    }
  }
  return [...found.values()];
}

function byRank(a: ServiceRecord, b: ServiceRecord): number {
  return a.priority - b.priority || b.weight - a.weight || compare(a.target, b.target) || a.port - b.port;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
