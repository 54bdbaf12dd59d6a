import { nextFloat, type Rng } from "../../shared/rng.ts";

/** Draws one value from a distribution. */
export type Sampler = (rng: Rng) => number;

/**
 * Exponential with mean 1. The source has 32 bits, so that the largest value is 32 ln 2 = 22.2 means, which a true
 * exponential passes once in 4 billion draws.
 */
export function standardExponential(rng: Rng): number {
  return -Math.log(1 - nextFloat(rng));
}

/** Normal with mean 0 and deviation 1 (Box and Muller 1958). The second value of the pair is not used: no state. */
export function standardNormal(rng: Rng): number {
  return Math.sqrt(2 * standardExponential(rng)) * Math.cos(2 * Math.PI * nextFloat(rng));
}
