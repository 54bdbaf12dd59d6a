import type { Config, Service } from "../config/config.ts";
import { filesOf, isDiscovered, protocolOf, readDiscovered } from "../config/discovered/read-discovered.ts";
import { findingText } from "../config/discovered/reading.ts";
import { createDnsClient, type DnsClient } from "../processes/discovery/dns-client.ts";
import { createDnsLook } from "../processes/discovery/dns-look.ts";
import { type EndpointNews, EndpointNewsReader } from "../processes/discovery/endpoint-news.ts";
import type { EndpointWatch, Finding } from "../processes/discovery/finding.ts";
import { watchDns } from "../processes/discovery/watch-dns.ts";
import { watchEndpointFile } from "../processes/discovery/watch-file.ts";
import { GatewayError } from "../shared/errors/gateway-error.ts";
import type { Millis } from "../shared/clock.ts";
import { atMost, backgroundTimers, systemTimers, type Timers } from "../shared/timers.ts";
import { isServer } from "../upstream/schema/discovered.ts";
import type { DiscoverySpec } from "../upstream/schema/endpoints.ts";
import type { Gateway } from "./gateway.ts";

/** How long listening waits for the first look: requests wait for the rest of it. */
const FIRST_LOOK: Millis = 1_000;

/** DNS servers to ask instead of the system's, with commas between them; a service's own `server` comes first. */
const SERVERS_VARIABLE = "GATEWAYCTL_DNS";

export interface DiscoveryOptions {
  readonly config: Config;
  /** Who is told of endpoints: a gateway, or several. */
  readonly gateway: Pick<Gateway, "setInstances">;
  /** What paths in the config are relative to. */
  readonly baseDirectory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told what has changed, and what has gone wrong, once. */
  onNews(service: string, news: EndpointNews): void;
  readonly timers?: Timers;
  /** Asks these servers, or the system's. */
  readonly createClient?: (servers: readonly string[] | undefined) => DnsClient;
}

/** The search for endpoints while a gateway runs. */
export interface Discovery {
  /** Resolves when every service has been looked for once; nothing is thrown. */
  readonly ready: Promise<void>;
  /** The same, but after a second at the latest: then it is time to listen, and requests wait. */
  readonly firstLook: Promise<void>;
  close(): void;
}

/**
 * Looks for the endpoints of every service that has them in DNS or in a file, and keeps the gateway told until it is
 * closed. Requests of a service wait (for its `hold`) until the first look is over. An endpoint that leaves finishes what
 * is in flight on it. `undefined` if there is no such service.
 *
 * @throws GatewayError GW0163 for a variable GATEWAYCTL_DNS that does not name DNS servers
 */
export function startDiscovery(options: DiscoveryOptions): Discovery | undefined {
  const services = Object.values(options.config.services).filter(isDiscovered);
  if (services.length === 0) return undefined;
  const servers = serversOf(options.env);
  const watches: (EndpointWatch & { readonly end: () => void })[] = services.map((service) => {
    options.gateway.setInstances(service.name, [], true);
    const reader = new EndpointNewsReader();
    return watch(service, options, servers, (finding) => {
      const news = reader.read(finding);
      if (news === undefined) return;
      if (news.changed) options.gateway.setInstances(service.name, news.endpoints, false);
      options.onNews(service.name, news);
    });
  });
  const ready = Promise.all(watches.map((each) => each.ready)).then(() => {});
  return {
    ready,
    firstLook: atMost(FIRST_LOOK, ready, systemTimers),
    close() {
      for (const { close, end } of watches) {
        close();
        end();
      }
    },
  };
}

function watch(
  { name, endpoints: spec }: Service & { readonly endpoints: DiscoverySpec },
  { config, baseDirectory, env, timers = backgroundTimers, createClient = createDnsClient }: DiscoveryOptions,
  servers: readonly string[] | undefined,
  onFinding: (finding: Finding) => void,
): EndpointWatch & { readonly end: () => void } {
  if (spec.kind === "dns" || spec.kind === "srv") {
    const own = spec.server ?? servers;
    const client = createClient(own);
    const protocol = protocolOf(config, name);
    const look = createDnsLook({ spec, protocol, client, hasLocal: own === undefined });
    const asked = spec.kind === "dns" ? spec.dns : spec.srv;
    return {
      ...watchDns({ look, name: asked, refreshMs: spec.refresh, timers, onFinding }),
      end: () => client.close(),
    };
  }
  const read = async (): Promise<Finding> => {
    const { endpoints, findings } = await readDiscovered(config, name, spec, { baseDirectory, env });
    return { endpoints, troubles: findings.map(findingText) };
  };
  return { ...watchEndpointFile({ files: filesOf(spec, baseDirectory), read, timers, onFinding }), end: () => {} };
}

function serversOf(env: DiscoveryOptions["env"]): readonly string[] | undefined {
  const text = env[SERVERS_VARIABLE]?.trim();
  if (text === undefined || text === "") return undefined;
  const servers = text.split(",").map((each) => each.trim());
  const wrong = servers.find((each) => !isServer(each));
  if (wrong === undefined) return servers;
  throw new GatewayError(
    "GW0163",
    `${SERVERS_VARIABLE} is to name DNS servers, as in 127.0.0.1:5353: "${wrong}" is none`,
  );
}
