import type { Config, Route, RouteAction, Service } from "./config.ts";
import { effectivePolicies } from "./effective-policies.ts";
import type { Policies } from "./policies-schema.ts";
import { nameRoutes } from "./route-names.ts";
import type { RouteDocument } from "./route-schema.ts";
import type { ConfigDocument, Service as ServiceDocument } from "./schema.ts";

/** How long requests wait for a service that gatewayctl starts itself, or whose endpoints it looks for, in ms. */
const HOLD_WHILE_STARTING = 15_000;

/**
 * The config ready to run. `document` must have passed every check: references are taken as good.
 * `redacted` are the paths of values that came from the environment.
 */
export function compileConfig(document: ConfigDocument, redacted: ReadonlySet<string>): Config {
  const { $schema: _schema, version: _version, services, routes, policies, ...rest } = document;
  const names = nameRoutes(routes);
  return {
    ...rest,
    services: Object.fromEntries(
      Object.entries(services).map(([name, service]) => [name, compileService(name, service)]),
    ),
    routes: routes.map((route, index) => compileRoute(route, names[index] ?? `route-${index + 1}`, index, policies)),
    redacted,
  };
}

/** A service as the gateway uses it. */
export function compileService(name: string, service: ServiceDocument): Service {
  const run = service.run === false ? undefined : service.run;
  const isGiven = run === undefined && service.endpoints?.kind === "list";
  const hold = service.hold ?? (isGiven ? 0 : HOLD_WHILE_STARTING);
  return { ...service, name, run, hold: hold === false ? 0 : hold };
}

function compileRoute(route: RouteDocument, name: string, index: number, global: Policies): Route {
  const { service: _s, split: _p, compose: _c, redirect: _r, respond: _a, policies, ...rest } = route;
  return { ...rest, name, index, action: actionOf(route), policies: effectivePolicies(global, policies) };
}

/** A route has exactly one action; `check-routes.ts` has seen to that. */
function actionOf(route: RouteDocument): RouteAction {
  if (route.split !== undefined) return { kind: "split", ...route.split };
  if (route.compose !== undefined) return { kind: "compose", parts: route.compose };
  if (route.redirect !== undefined) return { kind: "redirect", ...route.redirect };
  if (route.respond !== undefined) return { kind: "respond", ...route.respond };
  if (route.service === undefined) throw new TypeError("a route that was checked has no action");
  return { kind: "forward", service: route.service };
}
