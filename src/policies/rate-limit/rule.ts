import { formatDuration } from "../../shared/duration.ts";
import type { Charge, CountedRule } from "./counter-store.ts";
import { createSubject, type SubjectOf } from "./subject.ts";
import type { RateLimitRule } from "./schema.ts";

/** A rule at work in one place: what is counted, for whom, and what clients are told of it. */
export interface RuleAtWork extends Charge {
  readonly options: RateLimitRule;
  readonly subjectOf: SubjectOf;
}

/** Where a rule is written. */
export interface RulePlace {
  readonly declared: "route" | "global";
  readonly routeName: string;
}

/**
 * Puts rules to work. Equal rules written in one place are told apart by their order.
 *
 * Counts belong to the rule where it is written: of one in the global `policies:`, a client's requests to all routes
 * count together; of one in a route, those to that route. Rules by `service` and `global` are what their names say
 * wherever they are written: routes with the same rule count together. Neither a rule's name, nor `headers`, nor `mode`
 * makes it another rule, so that a shadow rule keeps its counts when it is enforced.
 */
export function rulesAtWork(rules: readonly RateLimitRule[], place: RulePlace): RuleAtWork[] {
  const seen = new Map<string, number>();
  return rules.map((options) => {
    const { by, limit, window, burst = limit, algorithm, mode } = options;
    const shared = place.declared === "global" || by === "service" || by === "global";
    const plain = JSON.stringify([shared ? "" : `route ${place.routeName}`, by, algorithm, limit, window, burst]);
    const nth = seen.get(plain) ?? 0;
    seen.set(plain, nth + 1);
    const rule: CountedRule = {
      id: nth === 0 ? plain : `${plain}#${nth}`,
      algorithm,
      quota: { limit, window, capacity: burst },
      enforced: mode === "enforce",
    };
    return { rule, key: "", options, subjectOf: createSubject(by) };
  });
}

/** "100 requests per 1m by ip". */
export function describeRule({ limit, window, by }: RateLimitRule): string {
  return `${limit} ${limit === 1 ? "request" : "requests"} per ${formatDuration(window)} by ${by}`;
}
