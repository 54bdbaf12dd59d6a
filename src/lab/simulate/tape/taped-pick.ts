import type { Candidate, EndpointId, Trace } from "../../../balancing/algorithm.ts";
import { type ExplainView, explainCandidates } from "../../../upstream/explain-pick.ts";

/** An endpoint that could be picked: all that the algorithm could know of it, and what the algorithm made of it. */
export interface TapedCandidate {
  readonly endpoint: EndpointId;
  readonly weight: number;
  readonly inFlight: number;
  readonly latencyMs: number;
  readonly peakMs: number;
  readonly latencyAt: number;
  /** Since when it starts slowly; absent if it does not. */
  readonly warmSince?: number;
  readonly score?: number;
  readonly reason: string;
}

/** One pick on the tape: what went in, what came out, and why. Plain JSON; times in virtual ms. */
export interface TapedPick {
  /** From 1. A request that is tried again has several. */
  readonly pick: number;
  /** From 1, in the order in which they came. */
  readonly request: number;
  /** 1, and more where the request has been at another endpoint before. */
  readonly attempt: number;
  readonly atMs: number;
  /** What is hashed; null where the algorithm hashes nothing. */
  readonly key: string | null;
  /** Where this request has been, or may not go: picked only if nothing else is left. */
  readonly exclude: readonly EndpointId[];
  /** Null if nothing may be picked. */
  readonly picked: EndpointId | null;
  readonly reason: string;
  readonly candidates: readonly TapedCandidate[];
  /** Members that were no candidates, and why. */
  readonly leftOut: readonly { readonly endpoint: EndpointId; readonly reason: string }[];
}

/** A pick at the moment at which it has been made, before it counts as in flight. */
export interface PickMoment {
  readonly now: number;
  readonly request: number;
  readonly attempt: number;
  readonly key: string | undefined;
  readonly exclude: readonly EndpointId[] | undefined;
  readonly picked: EndpointId | undefined;
  readonly trace: Trace;
  readonly candidates: readonly Candidate[];
  readonly warming?: ReadonlyMap<EndpointId, number> | undefined;
  /** Every member, eligible or not, and why; where there are none but candidates it may be left out. */
  readonly members?: ExplainView["endpoints"] | undefined;
}

/** Copies a moment: what the simulation goes on to change stays on the tape as it was. */
export function tapedPick(pick: number, moment: PickMoment): TapedPick {
  const { now, request, attempt, key, exclude, picked, trace, candidates, warming } = moment;
  const members = moment.members ?? candidates.map(({ id }) => ({ id, eligible: true, reason: "" }));
  const explained = explainCandidates(members, trace);
  const verdicts = new Map(explained.map((each) => [each.endpoint, each]));
  return {
    pick,
    request,
    attempt,
    atMs: now,
    key: key ?? null,
    exclude: [...(exclude ?? [])],
    picked: picked ?? null,
    reason: picked === undefined ? "no endpoint is eligible" : trace.summary,
    candidates: candidates.map((candidate) => taped(candidate, warming?.get(candidate.id), verdicts.get(candidate.id))),
    leftOut: explained.filter(({ eligible }) => !eligible).map(({ endpoint, reason }) => ({ endpoint, reason })),
  };
}

function taped(
  { id, weight, inFlight, latencyMs, peakMs, latencyAt }: Candidate,
  warmSince: number | undefined,
  verdict: { readonly score?: number; readonly reason: string } | undefined,
): TapedCandidate {
  return {
    endpoint: id,
    weight,
    inFlight,
    latencyMs,
    peakMs,
    latencyAt,
    ...(warmSince === undefined ? {} : { warmSince }),
    ...(verdict?.score === undefined ? {} : { score: verdict.score }),
    reason: verdict?.reason ?? "",
  };
}
