import type { PolicyExchange } from "../../exchange/policy-exchange.ts";
import type { Millis } from "../../shared/clock.ts";
import type { ForwardReason } from "./cache-status.ts";
import type { Flight } from "./flight.ts";
import type { RequestWants } from "./request-wants.ts";
import type { Stored } from "./stored.ts";

/** A request, as the cache looks at it. */
export interface Lookup {
  readonly exchange: PolicyExchange;
  readonly key: string;
  readonly wants: RequestWants;
  /** It carries Authorization, or was authenticated in another way. */
  readonly credentials: boolean;
  /** What it selects and may be given, fresh or not. */
  readonly stored: Stored | undefined;
  /** Why it would go on, were there no `stored`. */
  readonly missing: ForwardReason;
}

/** A request that goes on to the service; its response may be stored. */
export interface Forwarded {
  readonly lookup: Lookup;
  readonly key: string;
  readonly fwd: ForwardReason;
  readonly requestedAt: Millis;
  /** It carries the cache's own conditions: a 304 is about `lookup.stored`. */
  readonly validates: boolean;
  /** The client's own conditions did not go on: whether they hold is seen here. */
  readonly judges: boolean;
  /** What comes of it is told to those who wait. */
  readonly flight: Flight | undefined;
  /** What it belongs to was thrown away meanwhile. */
  isVoid: boolean;
  /** The flight knows what has come of it. */
  landed: boolean;
  /** The metric knows. */
  counted: boolean;
}

/** Does a request show who it comes from (RFC 9111 section 3.5)? Also where the credential was taken off it. */
export function hasCredentials({ principal, request }: PolicyExchange): boolean {
  return principal !== undefined || request.headers.has("authorization");
}
