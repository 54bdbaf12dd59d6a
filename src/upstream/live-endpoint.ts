import type { Candidate, EndpointId } from "../balancing/algorithm.ts";
import type { Millis } from "../shared/clock.ts";
import { type EjectionRecord, newEjectionRecord } from "./ejection.ts";
import type { HealthRecord } from "./health/state.ts";
import { unknownHealth } from "./health/state.ts";
import { ObservedTimes } from "./observed-times.ts";
import type { EndpointSpec } from "./schema/endpoints.ts";

/** The last thing that went wrong with an endpoint. */
export interface EndpointFailure {
  readonly at: Millis;
  readonly reason: string;
}

/** An endpoint with everything known of it while the gateway runs. Written only by its `ServiceUpstream`. */
export interface LiveEndpoint<T> extends HealthRecord {
  readonly id: EndpointId;
  spec: EndpointSpec;
  /** What algorithms see of it. */
  readonly candidate: Candidate;
  /** What the wire layer keeps per endpoint: its connection pool. */
  readonly attached: T;
  /** Takes no new exchanges; those in flight finish. */
  draining: boolean;
  /** No longer a member; lives on until nothing is in flight. */
  removed: boolean;
  lastFailure: EndpointFailure | undefined;
  /** What real traffic met. */
  readonly ejection: EjectionRecord;
  /** Since when it starts slowly; 0 if it does not. */
  warmSince: Millis;
  /** Tries begun, and those of them that ended in connect-failure, reset, timeout or error. */
  requests: number;
  failures: number;
  /** How long its answers took. */
  readonly times: ObservedTimes;
}

/** A new endpoint: health unknown, nothing measured. */
export function createLiveEndpoint<T>(spec: EndpointSpec, attached: T, now: Millis): LiveEndpoint<T> {
  return {
    ...unknownHealth(now),
    id: spec.id,
    spec,
    candidate: { id: spec.id, weight: spec.weight, inFlight: 0, latencyMs: 0, peakMs: 0, latencyAt: 0 },
    attached,
    draining: false,
    removed: false,
    lastFailure: undefined,
    ejection: newEjectionRecord(),
    warmSince: 0,
    requests: 0,
    failures: 0,
    times: new ObservedTimes(),
  };
}
