import type { Algorithm, Candidate } from "../balancing/algorithm.ts";
import { DEFAULT_DECAY_MS, movingMean, movingPeak } from "../balancing/lib/ewma.ts";
import type { Outcome } from "../exchange/outcome.ts";
import type { Millis } from "../shared/clock.ts";

/**
 * After how long without news an old measurement weighs 1/e, for an algorithm and its options; 0 if the algorithm does
 * not go by latency.
 */
export function latencyDecay(algorithm: Pick<Algorithm, "signals">, options: unknown): Millis {
  if (!algorithm.signals.includes("latency")) return 0;
  const decay = (options as { decay?: unknown } | undefined)?.decay;
  return typeof decay === "number" ? decay : DEFAULT_DECAY_MS;
}

/**
 * Takes one time to the response head, in ms, into the candidate's two moving averages: live and simulated.
 *
 * Failures never make an endpoint look faster: an endpoint that answers 500 at once would otherwise draw all traffic
 * to itself.
 */
export function recordLatency(
  candidate: Candidate,
  outcome: Outcome,
  latencyMs: Millis,
  now: Millis,
  decayMs: Millis,
): void {
  if (outcome !== "ok" && outcome !== "cancelled" && latencyMs <= candidate.latencyMs) return;
  const measured = candidate.latencyMs > 0;
  if (!measured && outcome !== "ok" && outcome !== "cancelled") return;
  const elapsed = Math.max(0, now - candidate.latencyAt);
  candidate.latencyMs = movingMean(candidate.latencyMs, latencyMs, elapsed, decayMs);
  candidate.peakMs = movingPeak(candidate.peakMs, latencyMs, elapsed, decayMs);
  candidate.latencyAt = Math.max(now, candidate.latencyAt);
}
