import type { Config, Route } from "../config/config.ts";
import { type PolicySlot, policyOf } from "../policies/index.ts";
import type { Policy, PolicyDeps } from "../policies/policy.ts";
import { POLICIES } from "../policies/registry.ts";

/** A policy at work on a route, and its place in the order. */
export interface PlacedPolicy {
  readonly slot: PolicySlot;
  readonly policy: Policy;
}

/** What policies need of the gateway, their route aside. */
export type PolicyEnvironment = Pick<
  PolicyDeps,
  "clock" | "wallClock" | "rng" | "shared" | "state" | "localIssuer" | "counter" | "warn" | "baseDirectory" | "secret"
>;

/**
 * Puts a route's policies to work, in the order in which they see a request.
 * @throws TypeError for policies that `config` refuses as not supported yet
 */
export function createPolicies(route: Route, config: Config, environment: PolicyEnvironment): PlacedPolicy[] {
  const { clock, wallClock, rng, shared, state, localIssuer, counter, warn, baseDirectory, secret } = environment;
  const serviceName = route.action.kind === "forward" ? route.action.service : undefined;
  const deps: Omit<PolicyDeps, "declared"> = {
    clock,
    wallClock,
    rng,
    shared,
    state,
    routeName: route.name,
    serviceName,
    servesVersions: config.versioning !== undefined && route.version === undefined,
    splits: route.action.kind === "split",
    consumers: config.consumers,
    baseDirectory,
    localIssuer,
    counter,
    warn,
    secret,
  };
  return route.policies.map(({ slot, options, from }) => {
    const kind = POLICIES[policyOf(slot)];
    if (kind === undefined) throw new TypeError(`route ${route.name}: the policy ${slot} is not built`);
    return { slot, policy: kind.create(options, { ...deps, declared: from }) };
  });
}
