import type { Candidate, Trace } from "../../../../src/balancing/algorithm.ts";
import { findAlgorithm } from "../../../../src/balancing/index.ts";
import type { OpenTape, TapeHeader } from "../../../../src/lab/simulate/tape/open-tape.ts";
import { type TapedCandidate, type TapedPick, tapedPick } from "../../../../src/lab/simulate/tape/taped-pick.ts";
import { createRng } from "../../../../src/shared/rng.ts";
import { candidateSet, pickEndpoint } from "../../../../src/upstream/selection.ts";

/**
 * Makes the picks of a tape again: a fresh algorithm, a random source from the same seed, and of each recorded pick only
 * what went into it. Nothing of the simulation is left: if the picks are the same, they depend on nothing else.
 */
export function* replay({ header, picks }: OpenTape): Generator<TapedPick> {
  const algorithm = findAlgorithm(header.algorithm);
  if (algorithm === undefined) throw new Error(header.algorithm);
  const env = { now: 0, rng: createRng(header.picksSeed) };
  const members = header.members.map(({ endpoint, weight }) => ({ id: endpoint, weight }));
  const state = algorithm.init(members, header.options, env);
  for (const pick of picks) {
    const choice = choiceOf(header, pick);
    const trace: Trace = { summary: "", entries: [] };
    const exclude = pick.exclude.length === 0 ? undefined : pick.exclude;
    const key = pick.key ?? undefined;
    env.now = pick.atMs;
    const picked = pickEndpoint(algorithm, state, choice, { ...choice, key, exclude }, env, trace);
    const { request, attempt, atMs: now } = pick;
    const moment = { now, request, attempt, key, exclude, picked, trace, members: membersOf(header, pick) };
    yield tapedPick(pick.pick, { ...moment, candidates: choice.candidates, warming: choice.warming });
  }
}

function choiceOf({ slowStartMs }: TapeHeader, { candidates }: TapedPick) {
  const warming = candidates.flatMap(({ endpoint, warmSince }) =>
    warmSince === undefined ? [] : [[endpoint, warmSince] as const],
  );
  return {
    ...candidateSet(candidates.map(candidateOf)),
    zones: undefined,
    warming: warming.length === 0 ? undefined : new Map(warming),
    slowStart: slowStartMs,
  };
}

function candidateOf({ endpoint, weight, inFlight, latencyMs, peakMs, latencyAt }: TapedCandidate): Candidate {
  return { id: endpoint, weight, inFlight, latencyMs, peakMs, latencyAt };
}

/** In the order of the config, as they were explained. */
function membersOf({ members }: TapeHeader, { leftOut }: TapedPick) {
  return members.map(({ endpoint }) => {
    const out = leftOut.find((each) => each.endpoint === endpoint);
    return { id: endpoint, eligible: out === undefined, reason: out?.reason ?? "" };
  });
}
