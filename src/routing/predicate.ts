import type { RequestFacts } from "../exchange/request-facts.ts";

/** One condition of a match that is tested on a request. */
export interface Predicate {
  holds(facts: RequestFacts): boolean;
  /** For a request on which it does not hold: why, in human words. */
  reason(facts: RequestFacts): string;
}
