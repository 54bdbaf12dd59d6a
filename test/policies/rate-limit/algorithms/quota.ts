import { rateAlgorithm, type RateAlgorithmName } from "../../../../src/policies/rate-limit/algorithms/index.ts";
import {
  createStanding,
  type Quota,
  type Standing,
} from "../../../../src/policies/rate-limit/algorithms/rate-algorithm.ts";

export interface Counter {
  /** Asks for one request; charges it if it may pass. */
  ask(now: number): Standing;
  /** How it stands, without asking for anything. */
  look(now: number): Standing;
  used(now: number): number;
}

/** One subject, counted by an algorithm as the store does it. */
export function createCounter(name: RateAlgorithmName, quota: Quota, start = 0): Counter {
  const algorithm = rateAlgorithm(name);
  const state = algorithm.init(start);
  const look = (now: number): Standing => {
    const standing = createStanding();
    algorithm.settle(state, quota, now);
    algorithm.look(state, quota, now, standing);
    standing.allowed = standing.retryMs === 0;
    return standing;
  };
  return {
    look,
    ask(now) {
      const standing = look(now);
      if (standing.allowed) algorithm.charge(state, quota);
      return standing;
    },
    used(now) {
      algorithm.settle(state, quota, now);
      return algorithm.used(state);
    },
  };
}

/** How many of `times` (in order) pass. */
export function passing(name: RateAlgorithmName, quota: Quota, times: readonly number[]): number[] {
  const counter = createCounter(name, quota, times[0] ?? 0);
  return times.filter((now) => counter.ask(now).allowed);
}
