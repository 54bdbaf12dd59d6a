import type { Route } from "../config/config.ts";
import type { HttpExchange } from "../http/exchange/http-exchange.ts";
import { FieldEditList } from "../http/head/field-edit-list.ts";
import type { PolicyCounters } from "../policies/policy.ts";
import { createRng, nextFloat, type Rng } from "../shared/rng.ts";
import { serviceWay } from "./compose/compose-plan.ts";
import type { GatewayService } from "./gateway-service.ts";
import type { InternalCalls } from "./internal/internal-calls.ts";
import type { Marks } from "./marks.ts";
import type { ForwardPlan } from "./route-plan.ts";

/** Marks a copy, so that whoever gets it can tell. */
export const MIRROR_FIELD = "x-gatewayctl-mirror";
/** Copies of one route that are on their way at a time; a mirror that is slower than that misses some. */
export const MOST_COPIES = 100;
/** A longer body is not held, and so not copied. */
const MAX_BODY = 64 * 1024;
/** Answers are dropped; of one that goes on, its connection, too. */
const MAX_ANSWER = 1024 * 1024;

/** What becomes of a request that is to be copied. */
const RESULTS = ["sent", "crowded", "too-large", "incomplete"] as const;
type Result = (typeof RESULTS)[number];

/** Where a route's copies go, and how many do. */
export interface MirrorPlan {
  readonly way: ForwardPlan;
  /** Of requests, from 0 to 1. */
  readonly share: number;
  readonly rng: Rng;
  readonly counters: Readonly<Record<Result, { value: number }>>;
  inFlight: number;
}

export interface MirrorEnvironment {
  readonly seed?: number | string | undefined;
  readonly counter?: PolicyCounters | undefined;
}

/** The mirror of a route, if it has one. */
export function planMirror(
  route: Route,
  services: ReadonlyMap<string, GatewayService>,
  { seed = "", counter = () => ({ value: 0 }) }: MirrorEnvironment,
): MirrorPlan | undefined {
  const { mirror } = route;
  if (mirror === undefined) return undefined;
  const service = services.get(mirror.service) as GatewayService;
  const labels = { route: route.name, service: service.name };
  const counterOf = (result: Result) => counter("gatewayctl_mirrored_requests_total", { ...labels, result });
  return {
    way: serviceWay(route, service, service.timeouts.request),
    share: mirror.percent,
    rng: createRng(`${seed}:mirror:${route.name}`),
    counters: Object.fromEntries(RESULTS.map((result) => [result, counterOf(result)])) as MirrorPlan["counters"],
    inFlight: 0,
  };
}

/** Is this request one of those that are copied? What switches protocols is none. */
export function isMirrored(plan: MirrorPlan, exchange: HttpExchange<unknown>): boolean {
  return !exchange.wantsUpgrade && nextFloat(plan.rng) < plan.share;
}

/**
 * Sends the copy of a request that has gone to its own endpoint, as soon as all of its body has come; nobody waits for it.
 * @param last the exchange is over: what has not come by now never will
 */
export function copyToMirror(
  exchange: HttpExchange<Marks>,
  plan: MirrorPlan,
  calls: InternalCalls,
  last: boolean,
): void {
  const { marks, body } = exchange;
  if (!last && (exchange.attempts === 0 || (!body.complete && body.replayable))) return;
  marks.mirror = undefined;
  // Nobody got it, so that there is nothing to compare with.
  if (exchange.attempts === 0) return;
  const result = send(exchange, plan, calls);
  plan.counters[result].value++;
}

function send(exchange: HttpExchange<Marks>, plan: MirrorPlan, calls: InternalCalls): Result {
  const { marks, view, body, framing } = exchange;
  if (!body.replayable) return "too-large";
  if (!body.complete) return "incomplete";
  const bytes = exchange.hasBody ? body.copy(framing) : undefined;
  if (exchange.hasBody && (bytes === undefined || bytes.length > MAX_BODY)) return "too-large";
  if (plan.inFlight >= MOST_COPIES) return "crowded";
  const { rewrite, run } = marks;
  const fields = new FieldEditList();
  // The list is used for other requests while this one is on its way.
  if (rewrite?.fields !== undefined) fields.restore(rewrite.fields.mark());
  fields.set(MIRROR_FIELD, "1");
  const head = view.head.text;
  plan.inFlight++;
  calls.send(
    {
      purpose: "mirror",
      plan: plan.way,
      request: { origin: exchange.origin, head, body: bytes, limit: MAX_ANSWER, keepsBody: false },
      rewrite: { target: rewrite?.target, host: rewrite?.host, fields },
      principal: run?.principal,
    },
    () => {
      plan.inFlight--;
    },
  );
  return "sent";
}
