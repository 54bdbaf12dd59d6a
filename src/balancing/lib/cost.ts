/**
 * Exchanges in flight per unit of weight: what least-connection balancing equalises (nginx `least_conn`, IPVS `wlc`).
 * Equal ratios give equal numbers, since division is correctly rounded: 1/3 and 2/6 tie.
 */
export function loadPerWeight(inFlight: number, weight: number): number {
  return inFlight / weight;
}
