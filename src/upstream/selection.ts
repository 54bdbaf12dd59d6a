import type { Algorithm, Candidate, EndpointId, Env, PickRequest, Trace } from "../balancing/algorithm.ts";
import type { Millis } from "../shared/clock.ts";
import { nextFloat } from "../shared/rng.ts";
import { slowStartShare } from "./slow-start.ts";

/** Endpoints that may be picked, as algorithms take them. Replaced as a whole, never edited. */
export interface CandidateSet {
  readonly candidates: readonly Candidate[];
  readonly byId: ReadonlyMap<EndpointId, Candidate>;
}

/** What may be picked now, and what is set in front of the algorithm. */
export interface Choice extends CandidateSet {
  /** Where zones make a difference: what is in the own one, what is not, and the part of the traffic that stays. */
  readonly zones:
    | { readonly local: CandidateSet; readonly remote: CandidateSet; readonly localShare: number }
    | undefined;
  /** Endpoints that start slowly, and since when; of candidates alone. */
  readonly warming: ReadonlyMap<EndpointId, Millis> | undefined;
  readonly slowStart: Millis;
}

/** A request for a pick that can be used again for the next one. */
export type ReusedRequest = { -readonly [K in keyof PickRequest]: PickRequest[K] };

export function candidateSet(candidates: readonly Candidate[]): CandidateSet {
  return { candidates, byId: new Map(candidates.map((candidate) => [candidate.id, candidate])) };
}

/** How often an endpoint that starts slowly may be passed over for one request. */
const MOST_PASSES = 3;

/**
 * One pick: the zone, then the algorithm, then whether an endpoint that starts slowly takes the request. The same for
 * live traffic and for its explanation.
 *
 * An endpoint that starts slowly takes only a part of what it is picked for, whatever the algorithm: so that those that
 * know no weights, or hash, spare it too.
 *
 * @param request its `key` and `exclude` are set; the candidates are set here
 */
export function pickEndpoint(
  algorithm: Algorithm,
  state: unknown,
  choice: Choice,
  request: ReusedRequest,
  env: Env,
  trace?: Trace,
): EndpointId | undefined {
  const set = choice.zones === undefined ? choice : setByZone(choice.zones, request.exclude, env);
  request.candidates = set.candidates;
  request.byId = set.byId;
  const id = algorithm.pick(state, request, env, trace);
  if (choice.warming === undefined || id === undefined || !choice.warming.has(id)) return id;
  return passOver(algorithm, state, choice, request, env, id, trace);
}

function setByZone(
  { local, remote, localShare }: NonNullable<Choice["zones"]>,
  exclude: readonly EndpointId[] | undefined,
  env: Env,
): CandidateSet {
  const spare = exclude === undefined || local.candidates.some(({ id }) => !exclude.includes(id));
  if (!spare) return remote;
  return localShare >= 1 || nextFloat(env.rng) < localShare ? local : remote;
}

function passOver(
  algorithm: Algorithm,
  state: unknown,
  choice: Choice,
  request: ReusedRequest,
  env: Env,
  first: EndpointId,
  trace: Trace | undefined,
): EndpointId {
  const before = request.exclude;
  const passed = [...(before ?? [])];
  let id = first;
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const since = choice.warming?.get(id);
    if (since === undefined || nextFloat(env.rng) < slowStartShare(since, choice.slowStart, env.now)) break;
    passed.push(id);
    if (!request.candidates.some((candidate) => !passed.includes(candidate.id))) break;
    request.exclude = passed;
    const again = emptied(trace);
    const next = algorithm.pick(state, request, env, again);
    if (next === undefined) break;
    if (trace !== undefined && again !== undefined) {
      trace.summary = `${id} starts slowly and lets this one pass; ${again.summary}`;
      note(trace, id, again);
    }
    id = next;
  }
  request.exclude = before;
  return id;
}

function emptied(trace: Trace | undefined): Trace | undefined {
  return trace === undefined ? undefined : { summary: "", entries: [] };
}

/** The entries of the second look, with what became of the endpoint that was passed over. */
function note(trace: Trace, passed: EndpointId, again: Trace): void {
  const entries = again.entries.filter(({ endpoint }) => endpoint !== passed);
  const before = trace.entries.find(({ endpoint }) => endpoint === passed);
  const reason = `${before === undefined ? "picked" : before.reason}; starts slowly, lets this one pass`;
  trace.entries.length = 0;
  trace.entries.push(...entries, { ...before, endpoint: passed, reason });
}
