import type { PolicySlot } from "../policies/index.ts";
import type { RunSpec } from "../processes/schema.ts";
import type { RouteDocument } from "./route-schema.ts";
import type { ConfigDocument, Service as ServiceDocument } from "./schema.ts";

/** The whole config, ready to run: names resolved, defaults filled in, policies of each route worked out. */
export interface Config extends Omit<ConfigDocument, "$schema" | "version" | "services" | "routes" | "policies"> {
  readonly services: Readonly<Record<string, Service>>;
  /** In the order of the file. */
  readonly routes: readonly Route[];
  /** Config paths, as in `routes[0].policies`, of values that came from `${NAME}`: never to be shown. */
  readonly redacted: ReadonlySet<string>;
}

/** A service. `endpoints` is absent only if `run` is there: its instances are the endpoints then. */
export interface Service extends Omit<ServiceDocument, "hold" | "run"> {
  readonly name: string;
  readonly run: RunSpec | undefined;
  /** How long requests wait while the service starts, in ms; 0: not at all. */
  readonly hold: number;
}

type RouteTarget = "service" | "split" | "compose" | "redirect" | "respond";

/** A route with a name of its own, one action, and the policies that apply to it. */
export interface Route extends Omit<RouteDocument, "name" | "policies" | RouteTarget> {
  /** Unique. As given, or made from the path. */
  readonly name: string;
  /** Place in `routes:`, from 0. */
  readonly index: number;
  readonly action: RouteAction;
  /** Global ones and the route's own, in the order in which they see a request. */
  readonly policies: readonly EffectivePolicy[];
}

/** What a route does with a request. */
export type RouteAction =
  | { readonly kind: "forward"; readonly service: string }
  | ({ readonly kind: "split" } & NonNullable<RouteDocument["split"]>)
  | { readonly kind: "compose"; readonly parts: NonNullable<RouteDocument["compose"]> }
  | ({ readonly kind: "redirect" } & NonNullable<RouteDocument["redirect"]>)
  | ({ readonly kind: "respond" } & NonNullable<RouteDocument["respond"]>);

/** One policy in its place. `options` is the output of that policy's schema. */
export interface EffectivePolicy {
  readonly slot: PolicySlot;
  readonly options: unknown;
  /** Whether it stands in the route itself or in the global `policies:`. */
  readonly from: "route" | "global";
}
