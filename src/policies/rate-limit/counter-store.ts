import type { Millis } from "../../shared/clock.ts";
import type { RateAlgorithmName } from "./algorithms/index.ts";
import type { Quota, Standing } from "./algorithms/rate-algorithm.ts";

/** A rule that is counted. */
export interface CountedRule {
  /** The same for the same rule in the same place, whenever the config is read: what its counts are kept under. */
  readonly id: string;
  readonly algorithm: RateAlgorithmName;
  readonly quota: Quota;
  /** A rule that is not enforced is counted like any other, but denies nothing. */
  readonly enforced: boolean;
}

/** One rule, and whom to count for it. */
export interface Charge {
  readonly rule: CountedRule;
  /** Who is counted; made anew for each request in the same object. */
  key: string;
}

/** Where counts are kept: in this process, or wherever several gateways share them. */
export interface CounterStore {
  /**
   * Asks every rule whether one request may pass, and charges it to all of them, or, if an enforced one denies it, to
   * none. One step: nothing else is counted in between. A rule that is not enforced and would deny is not charged.
   *
   * @param charges used again for the next request: read them before waiting for anything
   * @param now on the gateway's clock
   * @returns one standing for each charge, good until the next call; a promise only where another process must be asked
   */
  take(charges: readonly Charge[], now: Millis): readonly Standing[] | Promise<readonly Standing[]>;

  /** How a subject stands, without counting; `undefined` where it has not been seen or that is not known at once. */
  look(charge: Charge, now: Millis): Standing | undefined;

  /** A rule is at work; its counts are kept from now on. Called once more for each place it works in. */
  open(rule: CountedRule, now: Millis): void;

  /** It is at work in one place less. Counts outlive the last one for as long as they matter. */
  release(rule: CountedRule): void;
}
