import type { Algorithm } from "./algorithm.ts";
import { boundedLoad } from "./bounded-load.ts";
import { consistentHash } from "./consistent-hash.ts";
import { first } from "./first.ts";
import { ipHash } from "./ip-hash.ts";
import { leastConn } from "./least-conn.ts";
import { leastTime } from "./least-time.ts";
import { maglev } from "./maglev.ts";
import { p2c } from "./p2c.ts";
import { peakEwma } from "./peak-ewma.ts";
import { random } from "./random.ts";
import { rendezvous } from "./rendezvous.ts";
import { roundRobin } from "./round-robin.ts";
import { weightedLeastConn } from "./weighted-least-conn.ts";
import { weightedRoundRobin } from "./weighted-round-robin.ts";

/** Every algorithm, in the order of documentation and tables. */
export const ALGORITHMS: readonly Algorithm[] = [
  roundRobin,
  weightedRoundRobin,
  leastConn,
  weightedLeastConn,
  ipHash,
  random,
  p2c,
  leastTime,
  peakEwma,
  consistentHash,
  maglev,
  rendezvous,
  boundedLoad,
  first,
];

/** The names of `ALGORITHMS`, in the same order, as a tuple that a schema can enumerate. */
export const ALGORITHM_NAMES = [
  "round-robin",
  "weighted-round-robin",
  "least-conn",
  "weighted-least-conn",
  "ip-hash",
  "random",
  "p2c",
  "least-time",
  "peak-ewma",
  "consistent-hash",
  "maglev",
  "rendezvous",
  "bounded-load",
  "first",
] as const;

const byName = new Map(ALGORITHMS.map((algorithm) => [algorithm.name, algorithm]));

/** The algorithm of that name, as written in the config. */
export function findAlgorithm(name: string): Algorithm | undefined {
  return byName.get(name);
}
