import type { Config } from "../../config/config.ts";
import type { AdminSource, RouteSnapshot } from "../../admin/admin-source.ts";
import type { BoundListener, Gateway } from "../../gateway/gateway.ts";
import type { Millis } from "../../shared/clock.ts";

/** The gateway as `up` runs it: in this process, or in several. */
export interface Serving extends Pick<Gateway, "setInstances" | "setStarting"> {
  /** Where it listens; known once `start` has resolved. */
  readonly bound: readonly BoundListener[];
  /** Processes that serve; 1 where it is this one. */
  readonly workers: number;
  /** Gateway instances behind a load balancer of their own; 1 where there is none. */
  readonly gateways: number;
  /** Never resolves; rejects with GatewayError GW0020 if it cannot go on. */
  readonly failed: Promise<never>;
  /** @throws GatewayError whatever `Gateway.start` and `createTelemetry` throw; nothing runs then */
  start(): Promise<void>;
  /** Tells where the pages of the development issuer are, if the config has a use for it. */
  setIssuerUrl(url: string): void;
  /** Checks every endpoint of a service once, wherever it is used. */
  checkNow(service: string): Promise<void>;
  requestsInFlight(): Promise<number>;
  /** Takes nothing new, lets what is in progress finish; resolves with how many exchanges were cut after all. */
  drain(timeoutMs: Millis): Promise<number>;
  /** Ends everything at once; resolves with how many exchanges were cut. May be called again. */
  stop(): Promise<number>;
  /**
   * Goes on by another config without a gap, where it can; absent where it cannot.
   * @throws GatewayError what keeps it from serving by that: then nothing has changed
   */
  reload?(config: Config): Promise<void>;
  /** What the admin API serves. */
  source(routes: () => readonly RouteSnapshot[]): AdminSource;
}
