/**
 * Exchanges in flight per unit of weight: what least-connection balancing equalises (nginx `least_conn`, IPVS `wlc`).
 * Equal ratios give equal numbers, since division is correctly rounded: 1/3 and 2/6 tie.
 */
export function loadPerWeight(inFlight: number, weight: number): number {
  return inFlight / weight;
}

/** Stands for the latency of an endpoint that has not answered yet: slower than anything measured. */
export const UNMEASURED_MS = 1e9;

/**
 * Expected time until one more exchange is done, per unit of weight: latency · (in flight + 1) / weight.
 *
 * An endpoint without a measurement (latency 0) costs nothing while idle, so that it gets one exchange as a probe, and
 * counts as very slow while that is under way (the penalty of Finagle's `PeakEwma`), so that it gets no burst.
 */
export function latencyCost(latencyMs: number, inFlight: number, weight: number): number {
  if (latencyMs > 0) return (latencyMs * (inFlight + 1)) / weight;
  return inFlight === 0 ? 0 : (UNMEASURED_MS * (inFlight + 1)) / weight;
}

/**
 * How many exchanges an endpoint may have under bounded load, the one being placed included:
 * ⌈factor · total · weight / totalWeight⌉ (Mirrokni, Thorup, Zadimoghaddam 2016, with weights).
 * The bounds of all endpoints add up to at least `factor · total`, so one always has room.
 */
export function loadBound(factor: number, total: number, weight: number, totalWeight: number): number {
  return Math.ceil((factor * total * weight) / totalWeight);
}
