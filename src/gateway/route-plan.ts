import type { Config, Route } from "../config/config.ts";
import type { Principal } from "../exchange/principal.ts";
import type { RequestFacts } from "../exchange/request-facts.ts";
import type { LocalResponse } from "../http/exchange/local-response.ts";
import type { UpgradeTimeouts } from "../http/exchange/forward-timeouts.ts";
import { type Composing, planComposition } from "./compose/compose-plan.ts";
import { type GatewayService, orForEver } from "./gateway-service.ts";
import { hashKey } from "./hash-key.ts";
import { type MirrorEnvironment, type MirrorPlan, planMirror } from "./mirror.ts";
import type { PlacedPolicy } from "./route-policies.ts";
import { compileRewrite, type Rewriter } from "./rewrite.ts";
import { Splitter } from "./split.ts";

/** What becomes of a request that a route has matched, worked out once. */
export type RoutePlan = ForwardPlan | SplitPlan | ComposePlan | RespondPlan | RedirectPlan;

interface PlanBase {
  readonly name: string;
  readonly route: Route;
  /** In the order in which they see a request. */
  readonly policies: readonly PlacedPolicy[];
  /** One of the policies may have a request sent once more. */
  readonly asksAgain?: boolean;
}

export interface ForwardPlan extends PlanBase {
  readonly kind: "forward";
  readonly service: GatewayService;
  readonly rewrite: Rewriter | undefined;
  readonly timeouts: UpgradeTimeouts;
  readonly mirror?: MirrorPlan | undefined;
}

/** One service out of several, which is picked when all policies have let the request pass. */
export interface SplitPlan extends PlanBase {
  readonly kind: "split";
  readonly splitter: Splitter;
  /** By the name of the service. */
  readonly ways: ReadonlyMap<string, ForwardPlan>;
  readonly mirror?: MirrorPlan | undefined;
}

/** One response out of several services'. */
export interface ComposePlan extends PlanBase {
  readonly kind: "compose";
  readonly composing: Composing;
}

export interface RespondPlan extends PlanBase {
  readonly kind: "respond";
  readonly response: LocalResponse;
}

export interface RedirectPlan extends PlanBase {
  readonly kind: "redirect";
  readonly to: string;
  readonly status: number;
}

/** Works out what becomes of a route's requests. */
export function planRoute(
  route: Route,
  services: ReadonlyMap<string, GatewayService>,
  policies: readonly PlacedPolicy[],
  environment: MirrorEnvironment,
): RoutePlan {
  const asksAgain = policies.some(({ slot }) => slot === "cache");
  return { ...planAction(route, services, policies, environment), asksAgain };
}

function planAction(
  route: Route,
  services: ReadonlyMap<string, GatewayService>,
  policies: readonly PlacedPolicy[],
  environment: MirrorEnvironment,
): RoutePlan {
  const { name, action } = route;
  const mirror = planMirror(route, services, environment);
  switch (action.kind) {
    case "forward":
      return { ...planForward(route, services.get(action.service) as GatewayService, policies), mirror };
    case "split": {
      const ways = Object.keys(action.to).map(
        (service) => [service, planForward(route, services.get(service) as GatewayService, policies)] as const,
      );
      return { kind: "split", name, route, policies, splitter: new Splitter(action), ways: new Map(ways), mirror };
    }
    case "redirect":
      return { kind: "redirect", name, route, policies, to: action.to, status: action.status };
    case "respond":
      return { kind: "respond", name, route, policies, response: respondOnce(action) };
    case "compose":
      return { kind: "compose", name, route, policies, composing: planComposition(route, action.parts, services) };
  }
}

function planForward(route: Route, service: GatewayService, policies: readonly PlacedPolicy[]): ForwardPlan {
  const timeouts =
    route.timeout === undefined ? service.timeouts : { ...service.timeouts, request: orForEver(route.timeout) };
  const rewrite = compileRewrite(route);
  return { kind: "forward", name: route.name, route, policies, service, rewrite, timeouts };
}

/** The way of a request: of a split, to the service whose turn it is. */
export function wayOf(plan: ForwardPlan | SplitPlan, facts: RequestFacts, caller: Principal | undefined): ForwardPlan {
  if (plan.kind === "forward") return plan;
  const { splitter, ways } = plan;
  return ways.get(splitter.pick(hashKey(splitter.key, facts, caller))) as ForwardPlan;
}

function respondOnce(action: Extract<Config["routes"][number]["action"], { kind: "respond" }>): LocalResponse {
  const fields = Object.entries(action.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return { status: action.status, fields: fields.filter(([name]) => !OWN_FIELDS.has(name)), body: action.body ?? "" };
}

/** Framing and persistence are the gateway's to say. */
const OWN_FIELDS = new Set(["content-length", "transfer-encoding", "connection", "date"]);
