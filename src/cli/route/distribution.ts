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

/** Service → how many of the decisions lead to it, or would if it had an endpoint to use. */
export function servicesOf(decisions: readonly Decision[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { service, split } of decisions) {
    for (const one of split?.services ?? []) if (one.eligible) counts[one.service] ??= 0;
    if (service !== null) counts[service] = (counts[service] ?? 0) + 1;
  }
  return counts;
}
