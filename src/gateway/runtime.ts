import type { Config } from "../config/config.ts";
import { compileRouter, type Router } from "../routing/router.ts";
import { type Millis, systemWallClock } from "../shared/clock.ts";
import { createRng } from "../shared/rng.ts";
import { GatewayService, type ServiceEnvironment } from "./gateway-service.ts";
import { createPolicies, type PolicyEnvironment } from "./route-policies.ts";
import { SharedState } from "./shared-state.ts";
import { type ReservedPlan, reservedPlans } from "./reserved-paths.ts";
import { planRoute, type RoutePlan } from "./route-plan.ts";
import { createVersionFields, type VersionFields } from "./versions.ts";

/**
 * A config put to work: what decides on live traffic, and what `route` asks. An exchange keeps the runtime it began
 * with, so that another one can take its place at any time.
 */
export interface Runtime {
  readonly config: Config;
  readonly router: Router;
  /** What responses say of the version of the API that was asked for, where there are versions. */
  readonly versions: VersionFields | undefined;
  /** By the index of the route. */
  readonly plans: readonly RoutePlan[];
  readonly services: ReadonlyMap<string, GatewayService>;
  /** Those whose policies have paths of the gateway's own. */
  readonly reserved: readonly ReservedPlan[];
  sweep(now: Millis): void;
  /** Lets go of what policies hold. */
  close(): void;
}

/** What a runtime needs of the gateway instance that it is of. */
export type RuntimeEnvironment = ServiceEnvironment &
  Partial<Pick<PolicyEnvironment, "wallClock" | "shared" | "state" | "localIssuer" | "counter" | "warn" | "secret">>;

/** Nothing is started: no timer, no socket, until `upstream.start()` of its services. */
export function createRuntime(config: Config, environment: RuntimeEnvironment): Runtime {
  const services = new Map<string, GatewayService>();
  for (const service of Object.values(config.services)) {
    services.set(service.name, new GatewayService(service, { ...environment, zone: config.zone }));
  }
  const all = [...services.values()];
  const { clock, seed, wallClock = systemWallClock, shared = new SharedState().get, localIssuer } = environment;
  const { state, baseDirectory, counter, warn, secret } = environment;
  const policyEnvironment = {
    clock,
    wallClock,
    rng: createRng(`${seed}:policies`),
    shared,
    state,
    baseDirectory,
    localIssuer,
    counter,
    warn,
    secret,
  };
  const plans = config.routes.map((route) =>
    planRoute(route, services, createPolicies(route, config, policyEnvironment), { seed, counter }),
  );
  return {
    config,
    router: compileRouter(config.routes, config.versioning),
    versions: config.versioning && createVersionFields(config.versioning),
    plans,
    services,
    reserved: reservedPlans(plans),
    sweep(now) {
      for (const service of all) service.sweep(now);
    },
    close() {
      for (const { policies } of plans) for (const { policy } of policies) policy.close?.();
    },
  };
}
