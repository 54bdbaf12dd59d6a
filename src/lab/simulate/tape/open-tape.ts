import { endpointId } from "../scenario.ts";
import type { Plan } from "../simulate.ts";
import { type Contender, replicationSeed } from "../run.ts";
import { createSimulation } from "../simulation.ts";
import { Tape } from "./tape.ts";
import type { TapedPick } from "./taped-pick.ts";

/** With what the picks of a tape can be made again: a fresh algorithm, and this chance. Plain JSON. */
export interface TapeHeader {
  readonly algorithm: string;
  /** As the algorithm takes them, defaults filled in. */
  readonly options: unknown;
  readonly scenario: string;
  readonly seed: number;
  /** The seed of the source that picks draw from, `createRng(picksSeed)`. */
  readonly picksSeed: string;
  /** How long an endpoint that comes back starts slowly, in ms; 0: not at all. */
  readonly slowStartMs: number;
  readonly members: readonly { readonly endpoint: string; readonly weight: number }[];
}

/** A tape that is recorded while it is read. */
export interface OpenTape {
  readonly header: TapeHeader;
  readonly picks: Iterable<TapedPick>;
}

/**
 * The first picks that an algorithm makes in a simulation: those of the first replication, up to the arrival of the last
 * of `requests`. The picks are those of the same run without a tape, and memory does not grow with their number.
 */
export function openTape(plan: Plan, contender: Contender, requests: number): OpenTape {
  const { model, seed } = plan;
  const stream = replicationSeed(seed, 0);
  return {
    header: {
      algorithm: contender.algorithm.name,
      options: contender.options,
      scenario: model.scenario.name,
      seed,
      picksSeed: `${stream}/algorithm`,
      slowStartMs: model.conditions.gateway?.slowStart ?? 0,
      members: model.endpoints.map((each, i) => ({ endpoint: endpointId(each, i), weight: each.weight })),
    },
    picks: record(plan, contender, requests, stream),
  };
}

function* record({ model }: Plan, contender: Contender, requests: number, seed: string): Generator<TapedPick> {
  const tape = new Tape();
  // One more than is wanted: after its last request a run would go on until all have their answers.
  const run = createSimulation(model, contender, requests + 1, seed, tape);
  while (run.arrived < requests) {
    run.advance(1);
    yield* tape.take();
  }
}
