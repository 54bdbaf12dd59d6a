import type { Outcome } from "../exchange/outcome.ts";
import type { Millis } from "../shared/clock.ts";
import type { ErrorCode } from "../shared/errors/gateway-error.ts";

/** An endpoint that is held for one connection or session, and counted as busy with it. */
export interface Lease {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  /** Of a Unix socket, in place of host and port. */
  readonly path?: string | undefined;
  /**
   * Exactly once.
   * @param connectMs how long it took to connect; less than 0 if nothing came of it
   * @param reason of a failure, in a short phrase
   */
  release(outcome: Outcome, connectMs: Millis, reason?: string): void;
}

/** Who waits for a place in a service that has no room. */
export interface Waiter {
  /** There is one now, and it is this one's. */
  enter(): void;
}

/** A service's limits at work. */
export interface Places {
  /** How long a connection may wait for a place. */
  readonly queueTimeout: Millis;
  /** Lets a connection in, has it wait, or does neither. */
  admit(waiter: Waiter): "enter" | "wait" | "full";
  /** A connection that was let in is over. */
  leave(): void;
  /** One that waits does so no more. */
  giveUp(waiter: Waiter): void;
}

/** A service as layer 4 needs it. */
export interface StreamService {
  readonly name: string;
  readonly connectTimeout: Millis;
  /** Silence after which a connection is ended; infinite for none. */
  readonly idleTimeout: Millis;
  /** Silence after which a UDP session is forgotten. */
  readonly sessionTimeout: Millis;
  /** The version of the PROXY protocol in which endpoints are told of the client. */
  readonly proxyProtocol: 1 | 2 | undefined;
  /** Its endpoints are being started: connections wait, for at most `hold`. */
  readonly starting: boolean;
  readonly hold: Millis;
  /** Absent where it has no limits. */
  readonly places?: Places | undefined;
  /**
   * An endpoint for a try.
   * @param tried ids of those that this connection has tried
   * @returns why there is none, where that is so
   */
  acquire(clientIp: string, tried: readonly string[]): Lease | Refusal;
  /**
   * After a connection has failed to come about, and was released.
   * @param attempt how many tries there were
   * @returns ms to wait before the next try; `undefined` for no other
   */
  retryDelay(attempt: number, tried: readonly string[]): Millis | undefined;
}

/** Why there is no endpoint to use. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly reason: string;
}

/** Told apart from a lease. */
export function isLease(answer: Lease | Refusal): answer is Lease {
  return "release" in answer;
}
