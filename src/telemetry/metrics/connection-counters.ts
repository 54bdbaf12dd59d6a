import type { FinishedConnection } from "../../exchange/finished-connection.ts";
import type { Outcome } from "../../exchange/outcome.ts";
import type { Family, Sample } from "./families.ts";
import { MOST_ENDPOINTS } from "./request-counters.ts";

/** Connections of one service that ended at one endpoint. */
interface EndpointConnections {
  readonly endpoint: string;
  readonly byOutcome: Map<Outcome, number>;
}

/** What is counted per protocol and service. */
interface ServiceConnections {
  readonly protocol: string;
  /** "" where it is not known which service was meant. */
  readonly service: string;
  readonly endpoints: Map<string, EndpointConnections>;
  received: number;
  sent: number;
  seconds: number;
}

export interface ConnectionCounters {
  /** Needs no `this`. */
  readonly count: (connection: FinishedConnection) => void;
  readonly families: readonly Family[];
}

/** Counters of layer 4, which count a connection when it is over. */
export function createConnectionCounters(): ConnectionCounters {
  const services = new Map<string, ServiceConnections>();
  const count = (connection: FinishedConnection): void => {
    const service = serviceOf(services, connection.protocol, connection.serviceName ?? "");
    service.received += connection.requestBytes;
    service.sent += connection.responseBytes;
    service.seconds += connection.durationMs / 1_000;
    const { byOutcome } = endpointOf(service.endpoints, connection.endpointId ?? "");
    byOutcome.set(connection.outcome, (byOutcome.get(connection.outcome) ?? 0) + 1);
  };
  const each = (samples: (one: ServiceConnections) => Sample[]) => () => [...services.values()].flatMap(samples);
  const families: readonly Family[] = [
    {
      name: "gatewayctl_stream_connections_total",
      help: "TCP connections and UDP sessions that have ended, by protocol, service, endpoint and outcome.",
      type: "counter",
      samples: each(({ protocol, service, endpoints }) =>
        [...endpoints.values()].flatMap(({ endpoint, byOutcome }) =>
          [...byOutcome].map(([outcome, value]) => ({ labels: { protocol, service, endpoint, outcome }, value })),
        ),
      ),
    },
    {
      name: "gatewayctl_stream_bytes_total",
      help: "Octets of TCP connections and UDP sessions that have ended: in, from clients, and out, to them.",
      type: "counter",
      samples: each(({ protocol, service, received, sent }) => [
        { labels: { protocol, service, direction: "in" }, value: received },
        { labels: { protocol, service, direction: "out" }, value: sent },
      ]),
    },
    {
      name: "gatewayctl_stream_seconds_total",
      help: "How long TCP connections and UDP sessions that have ended were open, all together.",
      type: "counter",
      samples: each(({ protocol, service, seconds }) => [{ labels: { protocol, service }, value: seconds }]),
    },
  ];
  return { count, families };
}

function serviceOf(services: Map<string, ServiceConnections>, protocol: string, service: string): ServiceConnections {
  const key = `${protocol} ${service}`;
  let found = services.get(key);
  if (found === undefined) {
    found = { protocol, service, endpoints: new Map(), received: 0, sent: 0, seconds: 0 };
    services.set(key, found);
  }
  return found;
}

/** Discovery can bring ever new ones: beyond a number they are counted together. */
function endpointOf(endpoints: Map<string, EndpointConnections>, id: string): EndpointConnections {
  const found = endpoints.get(id);
  if (found !== undefined) return found;
  const endpoint = endpoints.size < MOST_ENDPOINTS ? id : "other";
  const counted = endpoints.get(endpoint) ?? { endpoint, byOutcome: new Map() };
  endpoints.set(endpoint, counted);
  return counted;
}
