import { GatewayError } from "../../shared/errors/gateway-error.ts";
import { type Arrivals, parseArrivals } from "./arrivals.ts";
import type { KeyPopularity } from "./keys.ts";
import type { Conditions } from "./living/conditions.ts";
import { type Capacity, endpointsOf, type Scenario } from "./scenario.ts";
import { parseServiceTime, type ServiceTime } from "./service-times.ts";

/** What of a scenario is done differently. */
export interface ScenarioChanges {
  /** Number of endpoints. */
  readonly endpoints?: number | undefined;
  readonly load?: number | undefined;
  readonly serviceTime?: string | undefined;
  readonly arrivals?: string | undefined;
  readonly requests?: number | undefined;
}

/** A scenario made ready to run: everything parsed, checked and derived. */
export interface Model {
  readonly scenario: Scenario;
  readonly endpoints: readonly Capacity[];
  readonly load: number;
  readonly serviceTime: ServiceTime;
  readonly arrivals: Arrivals;
  /** Mean time between two arrivals at the gateway, in ms: what makes the load what it is. */
  readonly meanGapMs: number;
  readonly keys: KeyPopularity;
  readonly requests: number;
  readonly conditions: Conditions;
}

const MOST_ENDPOINTS = 100_000;
const MOST_REQUESTS = 1_000_000_000;

/**
 * Applies the changes to a scenario and derives the arrival rate: load = mean service time ÷ (mean gap × total speed).
 * @throws GatewayError GW0002 for a change that cannot be simulated
 */
export function buildModel(scenario: Scenario, changes: ScenarioChanges = {}): Model {
  const { load = scenario.load, requests = scenario.requests } = changes;
  if (changes.endpoints !== undefined) checkCount("endpoints", changes.endpoints, 1, MOST_ENDPOINTS);
  checkCount("requests", requests, 100, MOST_REQUESTS);
  checkLoad(load);
  const endpoints = endpointsOf(scenario.endpoints, changes.endpoints);
  const serviceTime = parseServiceTime(changes.serviceTime ?? scenario.serviceTime);
  const speed = endpoints.reduce((sum, each) => sum + each.speed * (each.conditions.concurrency ?? 1), 0);
  return {
    scenario,
    endpoints,
    load,
    serviceTime,
    arrivals: parseArrivals(changes.arrivals ?? scenario.arrivals),
    meanGapMs: serviceTime.meanMs / (load * speed),
    keys: scenario.keys,
    requests,
    conditions: scenario.conditions ?? {},
  };
}

/** Is there only what a server with a line before it does? Then the plain run, which is several times as fast, is right. */
export function isPlain({ conditions, endpoints }: Model): boolean {
  const given = (part: object) => Object.values(part).some((value) => value !== undefined);
  return !given(conditions) && !endpoints.some((endpoint) => given(endpoint.conditions));
}

function checkCount(what: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new GatewayError(
    "GW0002",
    `The number of ${what} must be a whole number from ${least} to ${most}, not ${value}.`,
  );
}

function checkLoad(load: number): void {
  if (load > 0 && load < 1) return;
  const reason =
    load >= 1 ? ": from 1 on, more work arrives than all endpoints together can do, and queues grow for ever" : "";
  throw new GatewayError("GW0002", `The load must be above 0 and below 1 (0.9, or 90%), not ${load}${reason}.`);
}
