import type { Config } from "../../config/config.ts";
import type { StateChange } from "../../exchange/state-connection.ts";
import type { Purge } from "../../policies/cache/store.ts";
import type { Millis } from "../../shared/clock.ts";
import type { LogLevel } from "../../telemetry/event-log.ts";
import type { FamilyValues } from "../../telemetry/metrics/exposition.ts";
import type { LiveCounts } from "../../telemetry/metrics/live-window.ts";
import type { RecordSettings } from "../../telemetry/record/recorder.ts";
import type { AccessLogOptions } from "../../telemetry/schema.ts";
import type { ServiceTimes } from "../../upstream/observed-times.ts";
import type { EndpointSpec } from "../../upstream/schema/endpoints.ts";
import type { ServiceSnapshot } from "../../upstream/snapshot.ts";
import type { Decision } from "../decide.ts";
import type { SyntheticRequest } from "../synthetic-request.ts";
import type { BoundListener } from "../gateway.ts";
import type { IssuerFacts } from "../local-issuer.ts";
import type { HealthChange, ProtectionChange } from "../gateway-service.ts";
import type { CertificateEvent } from "../tls.ts";

/** A service whose endpoints are processes that the front has started, as in `Gateway.setInstances`. */
export interface ServiceInstances {
  readonly service: string;
  readonly endpoints: readonly EndpointSpec[];
  readonly starting: boolean;
}

/** What a user has decided about an endpoint, through the admin API. */
export interface EndpointChange {
  readonly service: string;
  readonly endpoint: string;
  readonly change: { readonly draining: boolean } | { readonly weight: number };
}

/** What has been decided at run time: an instance that starts later must know it before it takes its first request. */
export interface KnownFacts {
  readonly instances: readonly ServiceInstances[];
  readonly changes: readonly EndpointChange[];
  /** Where the pages of the development issuer are. */
  readonly issuerUrl?: string | undefined;
}

/** All that an instance is told of the config, the command line and the terminal when it starts. */
export interface InstanceSettings {
  /** With this instance's share of the limits, and ports that are no longer 0. */
  readonly config: Config;
  /** With an absolute path. */
  readonly accessLog: AccessLogOptions | false;
  /** Its part in the traffic record, if one is written. */
  readonly record?: RecordSettings | undefined;
  /** In Via: of a gateway's workers all have the same, so that a request that passed one of them is known to all. */
  readonly name: string;
  /** Of this instance's own random choices. */
  readonly seed: number | string | undefined;
  readonly level: LogLevel;
  readonly names: ReadonlyMap<string, string>;
  readonly screen: { readonly isTTY: boolean; readonly color: boolean; readonly columns: number };
  /** What paths in the config are relative to. */
  readonly baseDirectory: string;
  /** The same for all that share listeners, so that they resume one another's TLS sessions. */
  readonly ticketSecret: Uint8Array;
  /** What cookies are sealed with. */
  readonly secret: Uint8Array;
  /** Another instance may serve the listeners for UDP: this one takes them over once that one is gone. */
  readonly udpWhenFree?: boolean | undefined;
  /** Behind a front: the Unix sockets of its listeners for HTTP. */
  readonly sockets?: readonly string[] | undefined;
  /** What `local` means, where the config says so. */
  readonly localIssuer?: IssuerFacts | undefined;
  readonly known: KnownFacts;
}

/** How an instance is doing. */
export interface InstanceReport {
  readonly connections: number;
  readonly requestsInFlight: number;
  readonly live: LiveCounts;
  readonly services: readonly ServiceSnapshot[];
}

/** So many equal requests, of which it is asked what would become of them. */
export interface InstanceQuestion {
  readonly request: SyntheticRequest;
  readonly count: number;
}

/** Connections that are to be left to other instances. */
export interface MoveOrder {
  readonly listener: number;
  readonly count: number;
  readonly openFor: Millis;
  readonly restMs: Millis;
}

/** What the front asks of an instance. */
export interface InstanceActions {
  /**
   * Begins to serve; resolves when it listens.
   * @throws GatewayError GW0010, GW0013, GW0017 …: whatever `createTelemetry` and `Gateway.start` throw
   */
  start(settings: InstanceSettings): Promise<readonly BoundListener[]>;
  setInstances(instances: ServiceInstances): void;
  setStarting(state: Omit<ServiceInstances, "endpoints">): void;
  /** False if there is no such endpoint. */
  changeEndpoint(change: EndpointChange): boolean;
  /** Forgets what is stored of URIs that another instance has seen changed. */
  invalidate(uris: readonly string[]): void;
  /** Throws away stored responses; answers with how many. */
  purgeCache(purge: Purge): Promise<number>;
  /** As `decideLive`. */
  decide(question: InstanceQuestion): Promise<readonly Decision[]>;
  /** Checks every endpoint of a service once; answers when all have. */
  checkNow(service: string): Promise<void>;
  report(nothing?: undefined): InstanceReport;
  /** How long answers of each endpoint took. */
  times(nothing?: undefined): readonly ServiceTimes[];
  metrics(nothing?: undefined): readonly FamilyValues[];
  /** As `Gateway.countMovable`. */
  countMovable(openFor: Millis): readonly number[];
  /** As `Gateway.moveOn`. */
  moveOn(move: MoveOrder): void;
  /** As `Gateway.retire`. */
  retire(nothing?: undefined): void;
  /** Takes nothing new, and lets what is in progress finish; answers with how many exchanges were cut. */
  drain(timeoutMs: Millis): Promise<number>;
  /** Ends everything at once; answers with how many exchanges were cut. */
  stop(nothing?: undefined): Promise<number>;
  /** The pages of the development issuer can be reached there from now on. */
  setIssuerUrl(url: string): void;
  /** The terminal has another width. */
  setColumns(columns: number): void;
}

/** What an instance tells the front. */
export interface FrontActions {
  healthChanged(change: HealthChange): void;
  /** Of this instance alone: each one sees its own traffic. */
  protectionChanged(change: ProtectionChange): void;
  certificates(event: CertificateEvent): void;
  /** Clients have changed what is at these URIs: the other instances are to forget what they have stored of it. */
  invalidated(uris: readonly string[]): void;
  stateChanged(change: StateChange): void;
  /** The last figures of an instance that ends in good order, so that nothing it counted is lost. */
  leave(last: { readonly report: InstanceReport; readonly metrics: readonly FamilyValues[] }): void;
}
