import type { Algorithm, Candidate, EndpointId, Trace } from "../balancing/algorithm.ts";
import type { Millis } from "../shared/clock.ts";
import type { Rng } from "../shared/rng.ts";
import { type CandidateSet, candidateSet, type Choice, pickEndpoint, type ReusedRequest } from "./selection.ts";

/** What a pick depends on at one moment. Holds the live objects: they are read and cloned, never written. */
export interface ExplainView {
  readonly algorithm: Algorithm;
  readonly state: unknown;
  readonly rng: Rng;
  readonly now: Millis;
  /** The eligible endpoints, in the order in which the algorithm sees them, and what is set in front of it. */
  readonly choice: Choice;
  /** Every member, eligible or not, and why. */
  readonly endpoints: readonly { readonly id: EndpointId; readonly eligible: boolean; readonly reason: string }[];
}

export interface ExplainedCandidate {
  readonly endpoint: EndpointId;
  readonly eligible: boolean;
  readonly score?: number;
  /** What the algorithm could know of it, where it could pick it: its weight, how many it has, how slow it was. */
  readonly weight?: number;
  readonly inFlight?: number;
  /** 0 while nothing was measured. */
  readonly latencyMs?: number;
  readonly reason: string;
}

/** One pick, and why it was that one. */
export interface PickExplanation {
  /** `undefined` if nothing may be picked. */
  readonly endpoint: EndpointId | undefined;
  readonly algorithm: string;
  /** One sentence: what the algorithm did. */
  readonly summary: string;
  readonly candidates: readonly ExplainedCandidate[];
}

/** A private copy of a service's balancing state, on which picks can be played forward. */
export interface PickReplay {
  /** The next pick, as if the one before had been answered already. */
  next(key: string | undefined): PickExplanation;
}

/**
 * Copies the view's state, random source and candidates, and picks on the copy with the code that picks for live
 * traffic. The live service cannot notice.
 */
export function replayPicks(view: ExplainView): PickReplay {
  const { algorithm } = view;
  const state = structuredClone(view.state);
  const env = { now: view.now, rng: { ...view.rng } };
  const choice = copyChoice(view.choice);
  return {
    next(key) {
      const request: ReusedRequest = { ...choice, key, exclude: undefined };
      const trace: Trace = { summary: "", entries: [] };
      const endpoint = pickEndpoint(algorithm, state, choice, request, env, trace);
      if (endpoint !== undefined) {
        algorithm.onStart?.(state, endpoint, env);
        algorithm.onFinish?.(state, endpoint, "ok", env);
      }
      const summary = endpoint === undefined ? "no endpoint is eligible" : trace.summary;
      const candidates = explainCandidates(view.endpoints, trace).map((each) => withLoad(each, choice));
      return { endpoint, algorithm: algorithm.name, summary, candidates };
    },
  };
}

function withLoad(explained: ExplainedCandidate, { byId }: CandidateSet): ExplainedCandidate {
  const candidate = byId.get(explained.endpoint);
  if (candidate === undefined) return explained;
  const { weight, inFlight, latencyMs } = candidate;
  const { reason, ...rest } = explained;
  return { ...rest, weight, inFlight, latencyMs: Math.round(latencyMs * 1000) / 1000, reason };
}

/** The same candidates, each copied once. */
function copyChoice(choice: Choice): Choice {
  const copies = new Map<EndpointId, Candidate>();
  const copied = ({ candidates }: CandidateSet): CandidateSet =>
    candidateSet(
      candidates.map((candidate) => {
        const copy = copies.get(candidate.id) ?? { ...candidate };
        copies.set(candidate.id, copy);
        return copy;
      }),
    );
  const { zones } = choice;
  return {
    ...choice,
    ...copied(choice),
    zones: zones && { local: copied(zones.local), remote: copied(zones.remote), localShare: zones.localShare },
  };
}

/** The pick that the next request with this key would get, and why. */
export function explainPick(view: ExplainView, key: string | undefined): PickExplanation {
  return replayPicks(view).next(key);
}

/** What a trace says of each member: of those that were not eligible, why; of the others, what the algorithm made of them. */
export function explainCandidates(members: ExplainView["endpoints"], trace: Trace): ExplainedCandidate[] {
  const entries = new Map(trace.entries.map((entry) => [entry.endpoint, entry]));
  return members.map(({ id, eligible, reason }) => {
    const entry = entries.get(id);
    if (!eligible) return { endpoint: id, eligible, reason };
    if (entry === undefined) return { endpoint: id, eligible, reason: "not looked at" };
    const noted = /^unhealthy|^ejected|starts slowly/.test(reason);
    const unhealthy = noted ? `${entry.reason}; ${reason}` : entry.reason;
    return {
      endpoint: id,
      eligible,
      ...(entry.score === undefined ? {} : { score: entry.score }),
      reason: unhealthy,
    };
  });
}
