import type { Outcome } from "../exchange/outcome.ts";
import type { RetryCondition, RetrySpec } from "./schema/retry.ts";

/** All that the decision depends on. */
export interface RetryFacts {
  /** Extra tries already made: 0 after the first try. */
  readonly attempt: number;
  readonly outcome: Outcome;
  /** What the endpoint answered, if it did. */
  readonly status?: number | undefined;
  readonly method: string;
  /** Someone who knows says the request may be repeated, whatever its method (an idempotency key). */
  readonly idempotent?: boolean | undefined;
  /** The body can be sent again from its first byte: there is none, or all that was read of it is kept. */
  readonly bodyReplayable: boolean;
  /** The try went over a kept-alive connection, which the endpoint may have closed at that moment. */
  readonly connectionReused: boolean;
  /** Bytes of the request, head included, handed to the connection in this try. */
  readonly bytesSent: number;
  /** Bytes of a response that came back in this try. */
  readonly bytesReceived: number;
  /** Part of a response has gone to the client: nothing can be taken back. */
  readonly responseForwarded: boolean;
}

export interface RetryVerdict {
  readonly retry: boolean;
  /** In a short phrase, for the log and for explanations. */
  readonly reason: string;
  /** True if something was sent, so that the retry is load upon load and takes from the budget. */
  readonly drawsOnBudget: boolean;
}

/** RFC 9110 section 9.2.2, without TRACE, which never passes. Methods are case-sensitive. */
const IDEMPOTENT_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);

/** True if sending the request twice is defined to do what sending it once does. */
export function isIdempotent(method: string): boolean {
  return IDEMPOTENT_METHODS.has(method);
}

/**
 * Whether a try that failed may be followed by another. A request is tried again only when that is provably safe:
 *
 * - nothing was sent (every `connect-failure`): always, whatever the method;
 * - `reset`: the method is idempotent; or the connection was a kept-alive one and nothing came back, which is how an
 *   endpoint closing an idle connection looks from here (RFC 9112 section 9.3.1 and 9.6);
 * - a status named in `on`: the method is idempotent;
 *
 * and in all cases where something was sent, the body can be sent again. `nonIdempotent: true` is the user's word that
 * every method may be repeated. Whether the budget allows it is not asked here.
 */
export function mayRetry(facts: RetryFacts, spec: RetrySpec): RetryVerdict {
  if (spec.attempts === 0) return no("retry is off");
  if (facts.attempt >= spec.attempts) return no(`all ${spec.attempts} extra tries are used`);
  if (facts.responseForwarded) return no("part of the response has gone to the client");
  const condition = conditionOf(facts);
  if (condition === undefined) return no(`${facts.outcome} is never tried again`);
  if (!spec.on.includes(condition)) return no(`${condition} is not in retry.on`);
  if (facts.bytesSent === 0) return { retry: true, reason: "nothing was sent", drawsOnBudget: false };
  if (!facts.bodyReplayable) return no("the body cannot be sent again");
  const repeatable = repeatableBecause(facts, spec);
  if (repeatable !== undefined) return yes(repeatable);
  if (condition === "reset" && facts.connectionReused && facts.bytesReceived === 0) {
    return yes("a reused connection ended before anything came back");
  }
  return no(`${facts.method} is not idempotent, and the endpoint may have acted on it`);
}

function conditionOf(facts: RetryFacts): RetryCondition | undefined {
  if (facts.status !== undefined) return facts.status;
  return facts.outcome === "connect-failure" || facts.outcome === "reset" ? facts.outcome : undefined;
}

function repeatableBecause(facts: RetryFacts, spec: RetrySpec): string | undefined {
  if (facts.idempotent === true) return "the request says that it may be repeated";
  if (isIdempotent(facts.method)) return `${facts.method} is idempotent`;
  return spec.nonIdempotent ? "retry.nonIdempotent is on" : undefined;
}

function no(reason: string): RetryVerdict {
  return { retry: false, reason, drawsOnBudget: false };
}

function yes(reason: string): RetryVerdict {
  return { retry: true, reason, drawsOnBudget: true };
}
