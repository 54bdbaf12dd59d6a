import type { Clock, Millis } from "../shared/clock.ts";
import type { Rng } from "../shared/rng.ts";
import type { Timers } from "../shared/timers.ts";
import type { BreakerPhase } from "./breaker-watch.ts";
import type { Probe } from "./health/probe.ts";
import type { Health } from "./health/state.ts";
import type { LiveEndpoint } from "./live-endpoint.ts";
import type { ServiceSpec } from "./schema.ts";
import type { EndpointSpec } from "./schema/endpoints.ts";

/** What a service's live side is made of, and who is told what becomes of it. */
export interface ServiceUpstreamOptions<T> {
  readonly name: string;
  readonly spec: Pick<
    ServiceSpec,
    "algorithm" | "health" | "panicThreshold" | "retry" | "outlier" | "breaker" | "slowStart" | "limits"
  >;
  /** Where this gateway runs: endpoints of the same zone are preferred. */
  readonly zone?: string | undefined;
  readonly endpoints: readonly EndpointSpec[];
  /** Makes what the wire layer keeps per endpoint. */
  attach(endpoint: EndpointSpec): T;
  /** The endpoint has left the service and nothing is in flight on it any more. */
  detach(attached: T): void;
  readonly clock: Clock;
  /** The service's own source, `createRng(seed + ":" + name)`: only picks draw from it, so that they can be replayed. */
  readonly rng: Rng;
  readonly timers?: Timers;
  readonly probe?: Probe;
  onHealthChange?(endpoint: LiveEndpoint<T>, from: Health, to: Health, reason: string): void;
  /** An endpoint is put aside for what real traffic met, for so long; 0: it is used again. */
  onEjection?(endpoint: LiveEndpoint<T>, forMs: Millis, because: string): void;
  onBreaker?(from: BreakerPhase, to: BreakerPhase, reason: string): void;
}
