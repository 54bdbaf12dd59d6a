import { LivingRun } from "./living/living-run.ts";
import { isPlain, type Model } from "./model.ts";
import { type Contender, createRun, plainSimulation, type Simulation } from "./run.ts";

/** One run, by whatever simulates the model fastest; both give the same figures for a model that both can simulate. */
export function createSimulation(model: Model, contender: Contender, requests: number, seed: string): Simulation {
  if (isPlain(model)) return plainSimulation(createRun(model, contender, requests, seed));
  return new LivingRun(model, contender, requests, seed);
}
