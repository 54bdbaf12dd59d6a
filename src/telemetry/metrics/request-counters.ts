import type { FinishedExchange, InternalPurpose } from "../../exchange/finished-exchange.ts";
import { createDurations, type Durations, recordDuration } from "./durations.ts";

/** Requests of one combination of labels. */
export interface RequestCounter {
  readonly method: string;
  readonly status: number;
  value: number;
}

/** Requests of the gateway's own, of one combination of labels. */
export interface InternalCounter {
  readonly purpose: InternalPurpose;
  readonly status: number;
  value: number;
}

/** What is counted per endpoint: requests by method and status. */
export interface EndpointCounters {
  /** "" where no endpoint was asked. */
  readonly endpoint: string;
  readonly byMethodAndStatus: Map<number, RequestCounter>;
}

/** What is counted per route and service. */
export interface RouteCounters {
  /** "" where no route matched. */
  readonly route: string;
  /** "" where the gateway answered itself. */
  readonly service: string;
  readonly endpoints: Map<string, EndpointCounters>;
  readonly gatewayDurations: Durations;
  /** Of the gateway's own requests, too. */
  readonly endpointDurations: Durations;
  retries: number;
  readonly internals: InternalCounter[];
}

/** All request counters. Labels are hashed once, when a combination is first seen, never per request. */
export interface RequestCounters {
  /** One that a client sent. */
  count(exchange: FinishedExchange): void;
  /** One that the gateway made itself. */
  countInternal(exchange: FinishedExchange, purpose: InternalPurpose): void;
  all(): Iterable<RouteCounters>;
}

/** Methods that keep their name; anything else a client makes up is `other`, so that labels stay bounded. */
const METHODS = ["other", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"] as const;
const METHOD_INDEX = new Map<string, number>(METHODS.map((method, index) => [method, index]));
const STATUSES = 1_000;

/**
 * Endpoints that are told apart for one route and service. Discovery can bring ever new ones while the gateway runs;
 * beyond this number they are counted together as `other`.
 */
export const MOST_ENDPOINTS = 2_000;

/** Counters on plain maps: what `finish` touches for each request. */
export function createRequestCounters(): RequestCounters {
  const routes = new Map<string, Map<string, RouteCounters>>();
  return {
    count(exchange) {
      const route = routeCounters(routes, exchange.routeName ?? "", exchange.serviceName ?? "");
      const endpoint = endpointCounters(route.endpoints, exchange.endpointId ?? "");
      const method = METHOD_INDEX.get(exchange.method) ?? 0;
      const key = method * STATUSES + exchange.status;
      const counter = endpoint.byMethodAndStatus.get(key);
      if (counter === undefined) addCounter(endpoint, key, method, exchange.status);
      else counter.value++;
      recordDuration(route.gatewayDurations, exchange.durationMs);
      if (exchange.attempts === 0) return;
      recordDuration(route.endpointDurations, exchange.endpointMs);
      route.retries += exchange.attempts - 1;
    },
    countInternal({ routeName = "", serviceName = "", status, attempts, endpointMs }, purpose) {
      const route = routeCounters(routes, routeName, serviceName);
      const counter = route.internals.find((one) => one.purpose === purpose && one.status === status);
      if (counter === undefined) route.internals.push({ purpose, status, value: 1 });
      else counter.value++;
      if (attempts === 0) return;
      recordDuration(route.endpointDurations, endpointMs);
      route.retries += attempts - 1;
    },
    *all() {
      for (const services of routes.values()) yield* services.values();
    },
  };
}

function routeCounters(routes: Map<string, Map<string, RouteCounters>>, route: string, service: string): RouteCounters {
  let services = routes.get(route);
  if (services === undefined) {
    services = new Map();
    routes.set(route, services);
  }
  let counters = services.get(service);
  if (counters === undefined) {
    counters = {
      route,
      service,
      endpoints: new Map(),
      gatewayDurations: createDurations(),
      endpointDurations: createDurations(),
      retries: 0,
      internals: [],
    };
    services.set(service, counters);
  }
  return counters;
}

function endpointCounters(endpoints: Map<string, EndpointCounters>, id: string): EndpointCounters {
  const found = endpoints.get(id);
  if (found !== undefined) return found;
  const endpoint = endpoints.size < MOST_ENDPOINTS ? id : "other";
  const counters = endpoints.get(endpoint) ?? { endpoint, byMethodAndStatus: new Map() };
  endpoints.set(endpoint, counters);
  return counters;
}

function addCounter(counters: EndpointCounters, key: number, method: number, status: number): void {
  counters.byMethodAndStatus.set(key, { method: METHODS[method] ?? "other", status, value: 1 });
}
