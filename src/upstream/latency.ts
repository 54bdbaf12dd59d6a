import type { Candidate } from "../balancing/algorithm.ts";
import type { Outcome } from "../exchange/outcome.ts";
import type { Millis } from "../shared/clock.ts";

/** After this long without news, an old measurement weighs 1/e. Finagle's `decayTime`. */
export const LATENCY_DECAY_MS: Millis = 10_000;

/**
 * Takes one time to the response head, in ms, into the candidate's two moving averages.
 *
 * Weights decay with time, not with the number of requests (w = e^(−Δt/τ)), so that an idle endpoint's past fades too.
 * `peakMs` takes a peak at once and decays slowly: Finagle's `PeakEwma`, whose documentation calls it "sensitive
 * to latency spikes, cautious about recovery". Failures never make an endpoint look faster: an endpoint that answers
 * 500 at once would otherwise draw all traffic to itself.
 */
export function recordLatency(candidate: Candidate, outcome: Outcome, latencyMs: Millis, now: Millis): void {
  if (candidate.latencyAt === 0 && candidate.latencyMs === 0) {
    if (outcome !== "ok" && outcome !== "cancelled") return;
    candidate.latencyMs = latencyMs;
    candidate.peakMs = latencyMs;
    candidate.latencyAt = now;
    return;
  }
  const failed = outcome !== "ok" && outcome !== "cancelled";
  if (failed && latencyMs <= candidate.latencyMs) return;
  const kept = Math.exp(-Math.max(0, now - candidate.latencyAt) / LATENCY_DECAY_MS);
  candidate.latencyMs = candidate.latencyMs * kept + latencyMs * (1 - kept);
  candidate.peakMs = latencyMs > candidate.peakMs ? latencyMs : candidate.peakMs * kept + latencyMs * (1 - kept);
  candidate.latencyAt = Math.max(now, candidate.latencyAt);
}
