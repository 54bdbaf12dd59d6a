import type { Candidate, EndpointId, PickRequest } from "../algorithm.ts";

/** True if the candidate may be picked: its weight is above 0 (so not NaN either), and it was not tried already. */
export function isEligible(candidate: Candidate, exclude: readonly EndpointId[] | undefined): boolean {
  return candidate.weight > 0 && (exclude === undefined || !exclude.includes(candidate.id));
}

/** The first candidate, in their order, that may be picked. */
export function firstEligible(
  candidates: readonly Candidate[],
  exclude: readonly EndpointId[] | undefined,
): EndpointId | undefined {
  for (let i = 0; i < candidates.length; i++) {
    const candidate = candidates[i]!;
    if (isEligible(candidate, exclude)) return candidate.id;
  }
  return undefined;
}

/**
 * The exclusions to honour in this pick: those of the request while they leave a candidate, otherwise none, because
 * trying an endpoint twice is better than not trying at all.
 */
export function honouredExclude(request: PickRequest): readonly EndpointId[] | undefined {
  const { exclude } = request;
  if (exclude === undefined || exclude.length === 0) return undefined;
  return firstEligible(request.candidates, exclude) === undefined ? undefined : exclude;
}
