import type { Clock } from "../shared/clock.ts";
import type { Rng } from "../shared/rng.ts";
import { createRng } from "../shared/rng.ts";
import { backoffDelay } from "./backoff.ts";
import { RetryBudget } from "./retry-budget.ts";
import type { RetryFacts } from "./retry-policy.ts";
import { mayRetry } from "./retry-policy.ts";
import type { RetrySpec } from "./schema/retry.ts";

export interface RetryDecision {
  readonly retry: boolean;
  /** How long to wait first, in ms. 0: at once. */
  readonly delayMs: number;
  readonly reason: string;
}

/** A service's retries: the rules, the budget and the delay in one answer. */
export class RetryControl {
  readonly spec: RetrySpec;
  readonly budget: RetryBudget;
  readonly #clock: Clock;
  /** Its own source: a delay must not change what is picked. */
  readonly #rng: Rng;

  constructor(name: string, spec: RetrySpec, clock: Clock) {
    this.spec = spec;
    this.budget = new RetryBudget(spec.budget);
    this.#clock = clock;
    this.#rng = createRng(`retry:${name}`);
  }

  /** True if a response with this status may be a reason to try again: look closer with `decide` before forwarding it. */
  concerns(status: number): boolean {
    return status >= 400 && this.spec.attempts > 0 && this.spec.on.includes(status);
  }

  /**
   * Whether to try again, after a try was released. A yes takes the retry out of the budget, so it must be followed.
   * Connect failures do not draw on the budget: nothing was sent, so the retry is the first load that anyone sees.
   *
   * @param hasOther another endpoint is there, see `ServiceUpstream.hasOther`
   */
  decide(facts: RetryFacts, hasOther: boolean): RetryDecision {
    const verdict = mayRetry(facts, this.spec);
    if (!verdict.retry) return { retry: false, delayMs: 0, reason: verdict.reason };
    if (verdict.drawsOnBudget && !this.budget.tryWithdraw(this.#clock.now())) {
      return { retry: false, delayMs: 0, reason: "the retry budget is spent" };
    }
    const immediate = hasOther && facts.status === undefined;
    return {
      retry: true,
      delayMs: backoffDelay(facts.attempt, immediate, this.spec.backoff, this.#rng),
      reason: verdict.reason,
    };
  }
}
