import type { Gateway } from "../gateway/gateway.ts";
import { decideLive } from "../gateway/decide-live.ts";
import { changeEndpoint } from "../gateway/instances/change-endpoint.ts";
import type { Clock } from "../shared/clock.ts";
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
  return {
    status: async () => ({
      instance: gateway.instance,
      listeners: gateway.bound.map(({ url }) => url),
      startedAt,
      uptimeMs: Math.round(clock.now() - startedOn),
      connections: gateway.connections,
      requestsInFlight: gateway.requestsInFlight,
      traffic: metrics.summary(),
    }),
    services: async () => [...gateway.runtime.services.values()].map((service) => service.snapshot()),
    times: async () => [...gateway.runtime.services.values()].map(({ upstream }) => upstream.times()),
    routes,
    metrics: () => metrics.text(),
    changeEndpoint: async (change) => changeEndpoint(gateway, change),
    purgeCache: (purge) => gateway.purgeCache(purge),
    decide: async ({ request, count }) => decideLive(gateway, request, count),
  };
}
