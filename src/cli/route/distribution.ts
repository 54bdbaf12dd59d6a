import type { Decision } from "../../gateway/decide.ts";

/** Endpoint → how many of the decisions it got; those that no endpoint got are left out. */
export function distribution(decisions: readonly Decision[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { endpoint, candidates } of decisions) {
    for (const candidate of candidates) counts[candidate.endpoint] ??= 0;
    if (endpoint !== null) counts[endpoint] = (counts[endpoint] ?? 0) + 1;
  }
  return counts;
}
