import type { MergedEndpoint, MergedService } from "../gateway/instances/merge-services.ts";
import type { EndpointChange } from "../gateway/instances/protocol.ts";
import type { Decision } from "../gateway/decide.ts";
import type { SyntheticRequest } from "../gateway/synthetic-request.ts";
import type { Purge } from "../policies/cache/store.ts";
import type { ServiceTimes } from "../upstream/observed-times.ts";

export type { EndpointChange, Purge, ServiceTimes };

/** An endpoint; with several workers, as all of them see it. */
export type EndpointSnapshot = MergedEndpoint;
/** A service; with several workers, as all of them see it. */
export type ServiceSnapshot = MergedService;

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
  /** The processes that serve, where these are not the one that answers: `up --workers`, `up --gateways`. */
  readonly workers?: readonly WorkerStatus[];
  /** What these are: workers that share ports, or gateways behind a load balancer. */
  readonly servedBy?: "workers" | "gateways";
}

/** A process that serves, one of several. */
export interface WorkerStatus {
  /** From 1. A worker that takes the place of another has its number. */
  readonly worker: number;
  readonly pid: number;
  readonly uptimeMs: number;
  readonly connections: number;
  readonly requestsInFlight: number;
  /** Since this process started, and those of them that failed. */
  readonly requests: number;
  readonly errors: number;
}

/** So many equal requests, one after the other, of which it is asked what would become of them. */
export interface Question {
  readonly request: SyntheticRequest;
  readonly count: number;
}

/** Has the gateway go on by the config as the file has it now. */
export type Reload = () => Promise<void>;

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

/** A running gateway, in this process or in several seen as one: all that the admin API needs of it. */
export interface AdminSource {
  status(): Promise<GatewayStatus>;
  services(): Promise<readonly ServiceSnapshot[]>;
  /**
   * How long answers of each endpoint took.
   * @throws AdminError GW0608 if a process does not answer
   */
  times(): Promise<readonly ServiceTimes[]>;
  routes(): readonly RouteSnapshot[];
  /** In Prometheus's text format. */
  metrics(): Promise<string>;
  /**
   * Resolves when it has been obeyed; false where there is no such endpoint (any more).
   * @throws AdminError GW0608 if a process does not answer
   */
  changeEndpoint(change: EndpointChange): Promise<boolean>;
  /**
   * Throws away stored responses; resolves with how many.
   * @throws AdminError GW0608 if a process does not answer
   */
  purgeCache(purge: Purge): Promise<number>;
  /**
   * What would become of requests now; nothing is sent, and nothing changes. Of several processes one answers.
   * @throws GatewayError GW0002 if the URL cannot be read; AdminError GW0608 if no process answers
   */
  decide(question: Question): Promise<readonly Decision[]>;
}
