import { LivingRun } from "./living/living-run.ts";
import { isPlain, type Model } from "./model.ts";
import { type Contender, createRun, plainSimulation, type Simulation } from "./run.ts";
import type { Tape } from "./tape/tape.ts";

/** One run, by whatever simulates the model fastest; both give the same figures for a model that both can simulate. */
export function createSimulation(
  model: Model,
  contender: Contender,
  requests: number,
  seed: string,
  tape?: Tape,
): Simulation {
  if (isPlain(model)) return plainSimulation(createRun(model, contender, requests, seed, tape));
  return new LivingRun(model, contender, requests, seed, tape);
}
