import type { Millis } from "../shared/clock.ts";
import type { BreakerSnapshot } from "./breaker-watch.ts";
import type { EligibilityMode } from "./eligibility.ts";
import type { Health } from "./health/state.ts";
import type { LiveEndpoint } from "./live-endpoint.ts";

/** One endpoint, as plain JSON for the admin API and `services`. Times are spans in ms up to the snapshot. */
export interface EndpointSnapshot {
  readonly id: string;
  readonly weight: number;
  readonly backup: boolean;
  readonly zone: string | null;
  readonly health: Health;
  readonly reason: string | null;
  /** How long it has been in that health. */
  readonly sinceMs: number;
  readonly eligible: boolean;
  readonly draining: boolean;
  readonly inFlight: number;
  readonly requests: number;
  readonly failures: number;
  /** Moving average of the time to the response head; null if not measured, as no one asked for it. */
  readonly latencyMs: number | null;
  readonly lastFailure: { readonly agoMs: number; readonly reason: string } | null;
  /** Put aside for what real traffic met: how much longer, and why; null if it is not. */
  readonly ejected: { readonly leftMs: number; readonly reason: string; readonly ejections: number } | null;
}

/** A service, as plain JSON. */
export interface ServiceSnapshot {
  readonly service: string;
  readonly algorithm: string;
  readonly mode: EligibilityMode;
  /** Where its endpoints are found, in a few words; absent where they stand in the config. */
  readonly discovered?: string;
  /** Absent where the service has none. */
  readonly breaker?: BreakerSnapshot;
  /** Requests it has, and those that wait for a place; absent where the service has no limits. */
  readonly limits?: { readonly inside: number; readonly waiting: number };
  readonly endpoints: readonly EndpointSnapshot[];
}

/** What is known of one endpoint at `now`. */
export function snapshotEndpoint(endpoint: LiveEndpoint<unknown>, eligible: boolean, now: Millis): EndpointSnapshot {
  const { spec, candidate, lastFailure, ejection } = endpoint;
  return {
    id: endpoint.id,
    weight: candidate.weight,
    backup: spec.backup,
    zone: spec.zone ?? null,
    health: endpoint.health,
    reason: endpoint.reason ?? null,
    sinceMs: Math.round(now - endpoint.since),
    eligible,
    draining: endpoint.draining,
    inFlight: candidate.inFlight,
    requests: endpoint.requests,
    failures: endpoint.failures,
    latencyMs: candidate.latencyAt === 0 ? null : Math.round(candidate.latencyMs * 100) / 100,
    lastFailure:
      lastFailure === undefined ? null : { agoMs: Math.round(now - lastFailure.at), reason: lastFailure.reason },
    ejected:
      ejection.ejectedUntil <= now
        ? null
        : {
            leftMs: Math.round(ejection.ejectedUntil - now),
            reason: ejection.ejectedBecause,
            ejections: ejection.ejections,
          },
  };
}
