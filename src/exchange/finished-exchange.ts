import type { Millis } from "../shared/clock.ts";
import type { ErrorCode } from "../shared/errors/gateway-error.ts";

/**
 * What a request is for that the gateway makes itself: a part of a composition, a mirror's copy, or a cache that asks
 * whether what it holds is still good.
 */
export type InternalPurpose = "part" | "mirror" | "revalidation";

/** What is known of an exchange when it is over: all that the access log, the metrics and the record are made from. */
export interface FinishedExchange {
  readonly requestId: string;
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  /** What the client was sent; 499 when it went away before there was anything to send (nginx's convention). */
  readonly status: number;
  /** Route, service and endpoint by name; `undefined` where the exchange did not get that far. */
  readonly routeName: string | undefined;
  readonly serviceName: string | undefined;
  readonly endpointId: string | undefined;
  /** Tries at endpoints: 0 where the gateway answered itself. */
  readonly attempts: number;
  readonly clientIp: string;
  readonly consumer: string | undefined;
  /** Set where the gateway, not an endpoint, made the answer for an error. */
  readonly code: ErrorCode | undefined;
  /** On the wall clock, in ms since 1970: when the request's head was complete. */
  readonly startedAt: Millis;
  /** From the request's head to the last byte of the response, in ms. */
  readonly durationMs: Millis;
  /** Of `durationMs`, what was spent waiting for endpoints; 0 where none was asked. */
  readonly endpointMs: Millis;
  /** On the gateway's clock: when the request's head was complete. */
  readonly begunAt: Millis;
  /** Of `endpointMs`, the last try: from its begin to the end of the exchange. 0 where no endpoint was asked. */
  readonly tryMs: Millis;
  /** The last try's time to the response head; less than 0 if there was none. */
  readonly responseMs: Millis;
  /** Exchanges that the endpoint of the last try had in progress when it was picked, this one left out. */
  readonly othersInFlight: number;
  /** What the service's algorithm hashed of the request; `undefined` if it hashes nothing. May be a credential. */
  readonly hashKey: string | undefined;
  /** The client's sticky cookie chose the endpoint, not the algorithm. */
  readonly sticky: boolean;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Set where no client sent it: it is not one of the requests that were served. */
  readonly internal: InternalPurpose | undefined;
  /** For fields that the access log is asked to show. */
  readonly requestHeader: (name: string) => string | undefined;
}
