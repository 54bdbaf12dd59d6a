import type { EndpointSnapshot, ServiceSnapshot } from "../upstream/snapshot.ts";

export type { EndpointSnapshot, ServiceSnapshot };

/** How a gateway is doing, as plain JSON. */
export interface GatewayStatus {
  /** As in Via: "gatewayctl-k3v9x2". */
  readonly instance: string;
  /** Where clients connect to. */
  readonly listeners: readonly string[];
  /** ISO 8601. */
  readonly startedAt: string;
  readonly uptimeMs: number;
  readonly connections: number;
  readonly requestsInFlight: number;
  readonly traffic: TrafficStatus;
}

/** `GET /api/status`. */
export interface StatusReply extends GatewayStatus {
  readonly schemaVersion: 1;
  readonly pid: number;
  readonly version: string;
  /** Absolute path of the config. */
  readonly config: string;
  /** How many there are. */
  readonly services: number;
  readonly unhealthy: readonly {
    readonly service: string;
    readonly endpoint: string;
    readonly reason: string | null;
    readonly sinceMs: number;
  }[];
}

/** Requests since the start, and how the last seconds went. */
export interface TrafficStatus {
  readonly requests: number;
  readonly errors: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** A route in words. */
export interface RouteSnapshot {
  readonly route: string;
  readonly action: string;
  readonly service: string | null;
  readonly policies: readonly string[];
  readonly matches: readonly {
    readonly host: string | null;
    readonly path: string;
    readonly methods: readonly string[];
    readonly conditions: readonly string[];
  }[];
}

/** A running gateway, or several seen as one: all that the admin API needs of it. */
export interface AdminSource {
  status(): GatewayStatus;
  services(): readonly ServiceSnapshot[];
  routes(): readonly RouteSnapshot[];
  /** In Prometheus's text format. */
  metrics(): Promise<string>;
  /** The three return false where there is no such endpoint (any more). */
  drain(service: string, endpoint: string): boolean;
  enable(service: string, endpoint: string): boolean;
  setWeight(service: string, endpoint: string, weight: number): boolean;
}
