import type { Algorithm } from "./algorithm.ts";
import { first } from "./first.ts";
import { leastConn } from "./least-conn.ts";
import { p2c } from "./p2c.ts";
import { random } from "./random.ts";
import { roundRobin } from "./round-robin.ts";
import { weightedRoundRobin } from "./weighted-round-robin.ts";

/** Every algorithm, in the order of documentation and tables. */
export const ALGORITHMS: readonly Algorithm[] = [roundRobin, weightedRoundRobin, leastConn, random, p2c, first];

/** The names of `ALGORITHMS`, in the same order, as a tuple that a schema can enumerate. */
export const ALGORITHM_NAMES = ["round-robin", "weighted-round-robin", "least-conn", "random", "p2c", "first"] as const;

/** A name that is in the registry. */
export type AlgorithmName = (typeof ALGORITHM_NAMES)[number];

const byName = new Map(ALGORITHMS.map((algorithm) => [algorithm.name, algorithm]));

/** The algorithm of that name, as written in the config. */
export function findAlgorithm(name: string): Algorithm | undefined {
  return byName.get(name);
}
