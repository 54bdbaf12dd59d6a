import type { Config } from "../config/config.ts";
import { compileRouter, type Router } from "../routing/router.ts";
import type { Millis } from "../shared/clock.ts";
import { GatewayService, type ServiceEnvironment } from "./gateway-service.ts";
import { planRoute, type RoutePlan } from "./route-plan.ts";

/**
 * A config put to work: what decides on live traffic, and what `route` asks. An exchange keeps the runtime it began
 * with, so that another one can take its place at any time.
 */
export interface Runtime {
  readonly config: Config;
  readonly router: Router;
  /** By the index of the route. */
  readonly plans: readonly RoutePlan[];
  readonly services: ReadonlyMap<string, GatewayService>;
  sweep(now: Millis): void;
}

/** Nothing is started: no timer, no socket, until `upstream.start()` of its services. */
export function createRuntime(config: Config, environment: ServiceEnvironment): Runtime {
  const services = new Map<string, GatewayService>();
  for (const service of Object.values(config.services)) {
    services.set(service.name, new GatewayService(service, environment));
  }
  const all = [...services.values()];
  return {
    config,
    router: compileRouter(config.routes),
    plans: config.routes.map((route) => planRoute(route, services)),
    services,
    sweep(now) {
      for (const service of all) service.sweep(now);
    },
  };
}
