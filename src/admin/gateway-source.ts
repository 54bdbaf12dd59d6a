import type { Gateway } from "../gateway/gateway.ts";
import type { GatewayService } from "../gateway/gateway-service.ts";
import type { Clock } from "../shared/clock.ts";
import type { EndpointGauge, GaugeSource } from "../telemetry/metrics/gauges.ts";
import type { Metrics } from "../telemetry/metrics/metrics.ts";
import type { AdminSource, RouteSnapshot } from "./admin-source.ts";

export interface GatewaySourceOptions {
  readonly gateway: Gateway;
  readonly metrics: Metrics;
  readonly routes: () => readonly RouteSnapshot[];
  readonly clock: Clock;
  readonly wallClock: Clock;
}

/** One gateway in this process, as the admin API sees it. It counts as started now. */
export function createGatewaySource({ gateway, metrics, routes, clock, wallClock }: GatewaySourceOptions): AdminSource {
  const startedAt = new Date(wallClock.now()).toISOString();
  const startedOn = clock.now();
  const upstream = (service: string): GatewayService["upstream"] | undefined =>
    gateway.runtime.services.get(service)?.upstream;
  return {
    status: () => ({
      instance: gateway.instance,
      listeners: gateway.bound.map(({ url }) => url),
      startedAt,
      uptimeMs: Math.round(clock.now() - startedOn),
      connections: gateway.connections,
      requestsInFlight: gateway.requestsInFlight,
      traffic: metrics.summary(),
    }),
    services: () => [...gateway.runtime.services.values()].map((service) => service.upstream.snapshot()),
    routes,
    metrics: () => metrics.text(),
    drain: (service, endpoint) => upstream(service)?.drain(endpoint) ?? false,
    enable: (service, endpoint) => upstream(service)?.enable(endpoint) ?? false,
    setWeight: (service, endpoint, weight) => upstream(service)?.setWeight(endpoint, weight) ?? false,
  };
}

/** What `metrics.setGauges` takes, of one gateway in this process. */
export function gatewayGauges(gateway: Gateway): GaugeSource {
  return {
    connections: () => gateway.connections,
    requestsInFlight: () => gateway.requestsInFlight,
    *endpoints(): Iterable<EndpointGauge> {
      for (const { name, upstream } of gateway.runtime.services.values()) {
        for (const { id, health, candidate } of upstream.endpoints) {
          yield { service: name, endpoint: id, healthy: health !== "unhealthy", inFlight: candidate.inFlight };
        }
      }
    },
  };
}
