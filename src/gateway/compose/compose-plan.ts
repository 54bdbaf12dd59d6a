import { neededParts } from "../../config/compose/part-graph.ts";
import {
  holesOf,
  parsePartTemplate,
  type PartTemplate,
  type TemplateHole,
} from "../../config/compose/part-template.ts";
import type { ComposedPart } from "../../config/compose/schema.ts";
import type { Route } from "../../config/config.ts";
import type { Millis } from "../../shared/clock.ts";
import { type GatewayService, orForEver } from "../gateway-service.ts";
import type { ForwardPlan } from "../route-plan.ts";

/** One part of a composition, worked out once. */
export interface PartPlan {
  readonly name: string;
  /** Its service, without policies. */
  readonly way: ForwardPlan;
  readonly method: string;
  readonly path: PartTemplate;
  readonly headers: readonly (readonly [name: string, template: PartTemplate])[];
  readonly optional: boolean;
  /** What stands in for it where it fails: the value, and its JSON. */
  readonly fallback: { readonly value: unknown; readonly json: Buffer } | undefined;
  /** Statuses that become the response's own. */
  readonly pass: ReadonlySet<number>;
  /** For all of it, body included. */
  readonly timeout: Millis;
  readonly maxBytes: number;
  /** Parts whose answers it waits for, and parts that wait for its, by their places. */
  readonly needs: readonly number[];
  readonly neededBy: readonly number[];
}

/** A composition, worked out once. */
export interface Composing {
  readonly parts: readonly PartPlan[];
  /** For all of it. */
  readonly timeout: Millis;
  /** For the Allow field: what clients may ask with. */
  readonly methods: readonly string[];
  /** Some part is given the client's body. */
  readonly takesBody: boolean;
  /** Some part is asked for this caller's own, by name or claim. */
  readonly personal: boolean;
  /** Request fields by which parts are asked for. */
  readonly varies: readonly string[];
}

/** Works a composition out. `config` has seen to it that its templates can be read, and name what there is. */
export function planComposition(
  route: Route,
  parts: Readonly<Record<string, ComposedPart>>,
  services: ReadonlyMap<string, GatewayService>,
): Composing {
  const names = Object.keys(parts);
  const needs = Object.values(parts).map((part) => neededParts(part).map((name) => names.indexOf(name)));
  const plans = Object.entries(parts).map(([name, part], place) => {
    const service = services.get(part.service) as GatewayService;
    return {
      ...planPart(name, part, route, service),
      needs: needs[place] ?? [],
      neededBy: names.flatMap((_, other) => (needs[other]?.includes(place) ? [other] : [])),
    };
  });
  const sources = plans.flatMap(holesOfPart).map(({ source }) => source);
  return {
    parts: plans,
    timeout: route.timeout === undefined ? Number.POSITIVE_INFINITY : orForEver(route.timeout),
    methods: [...new Set(["GET", "HEAD", ...plans.map(({ method }) => method), "OPTIONS"])],
    takesBody: plans.some(({ method }) => takesBody(method)),
    personal: sources.some(({ kind }) => kind === "claim" || kind === "consumer"),
    varies: [...new Set(sources.flatMap((source) => (source.kind === "header" ? [source.name] : [])))],
  };
}

/** Every `{…}` of a part. */
export function holesOfPart({ path, headers }: Pick<PartPlan, "path" | "headers">): TemplateHole[] {
  return [path, ...headers.map(([, template]) => template)].flatMap(holesOf);
}

/** Is a part that is asked with this method given the client's body? */
export function takesBody(method: string): boolean {
  return method !== "GET" && method !== "HEAD";
}

function planPart(
  name: string,
  part: ComposedPart,
  route: Route,
  service: GatewayService,
): Omit<PartPlan, "needs" | "neededBy"> {
  const { fallback, optional, pass, method, maxBytes } = part;
  const whole = orForEver(part.timeout ?? route.timeout ?? service.config.timeouts.request);
  return {
    name,
    way: serviceWay(route, service, whole),
    method,
    path: readable(part.path),
    headers: Object.entries(part.headers).map(([field, text]) => [field.toLowerCase(), readable(text)] as const),
    optional: optional || fallback !== undefined,
    fallback: fallback === undefined ? undefined : { value: fallback, json: Buffer.from(JSON.stringify(fallback)) },
    pass: new Set(pass),
    timeout: whole,
    maxBytes,
  };
}

/** A service as requests of the gateway's own reach it on account of a route: no policies, no rewriting. */
export function serviceWay(route: Route, service: GatewayService, request: Millis): ForwardPlan {
  const timeouts = { ...service.timeouts, request };
  return { kind: "forward", name: route.name, route, policies: [], service, rewrite: undefined, timeouts };
}

function readable(text: string): PartTemplate {
  const template = parsePartTemplate(text);
  if ("fault" in template) throw new TypeError(template.fault);
  return template;
}
