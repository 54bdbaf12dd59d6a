import type { Millis } from "../shared/clock.ts";
import type { ErrorCode } from "../shared/errors/gateway-error.ts";
import type { Outcome } from "./outcome.ts";

/** What is known of a layer 4 connection, or of a UDP session, when it is over. */
export interface FinishedConnection {
  readonly connectionId: string;
  readonly protocol: "tcp" | "udp";
  /** Of the listener. */
  readonly port: number;
  /** By which its service was found: the name in its TLS handshake (SNI). */
  readonly serverName: string | undefined;
  /** `undefined` where it did not get that far. */
  readonly serviceName: string | undefined;
  readonly endpointId: string | undefined;
  /** Endpoints that were tried: 0 where it came to none. */
  readonly attempts: number;
  readonly clientIp: string;
  readonly clientPort: number;
  readonly outcome: Outcome;
  /** Set where the gateway ended it. */
  readonly code: ErrorCode | undefined;
  /** Why it did not end in good order, in a phrase. */
  readonly reason: string | undefined;
  /** On the wall clock, in ms since 1970. */
  readonly startedAt: Millis;
  readonly durationMs: Millis;
  /** Octets, of UDP of payload, from the client to the endpoint and back. */
  readonly requestBytes: number;
  readonly responseBytes: number;
}
