import type { LocalIssuer } from "../exchange/local-issuer.ts";
import type { FinishedConnection } from "../exchange/finished-connection.ts";
import type { FinishedExchange } from "../exchange/finished-exchange.ts";
import type { StateChange } from "../exchange/state-connection.ts";
import type { PolicyCounters } from "../policies/policy.ts";
import type { Clock } from "../shared/clock.ts";
import type { HealthChange, ProtectionChange } from "./gateway-service.ts";
import type { TlsSurroundings } from "./tls.ts";

/** What a gateway instance may be told beside its config. */
export interface GatewayOptions extends TlsSurroundings {
  readonly clock?: Clock;
  readonly wallClock?: Clock;
  /** Of every random choice: the same seed and the same history give the same endpoints. A fresh one by default. */
  readonly seed?: number | string;
  /** This instance in Via, "gatewayctl-k3v9x2". A fresh one by default; several processes of one gateway share one. */
  readonly instance?: string;
  /** What `local` means in the config; who has no use for it leaves it out. */
  readonly localIssuer?: LocalIssuer | undefined;
  /**
   * What nobody outside knows, at least 32 bytes: what cookies are sealed with. A fresh one for each policy that needs one
   * by default.
   */
  readonly secret?: Uint8Array | undefined;
  /** Of its listeners for HTTP, in their order: Unix sockets in place of their addresses, behind a front. */
  readonly sockets?: readonly string[] | undefined;
  /** Where policies count what is shown as metrics. */
  readonly counter?: PolicyCounters | undefined;
  /** Told, in a sentence, what policies notice that somebody should look at. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** Told of every exchange when it is over. The object is used again: take what is needed at once. */
  readonly onFinish?: (exchange: FinishedExchange) => void;
  /** Another process of this gateway may serve its listeners for UDP: this one takes them over once that one is gone. */
  readonly udpWhenFree?: boolean | undefined;
  /** Told of every connection of layer 4, and every UDP session, when it is over. */
  readonly onConnectionFinish?: (connection: FinishedConnection) => void;
  readonly onHealthChange?: (change: HealthChange) => void;
  readonly onProtection?: (change: ProtectionChange) => void;
  /** Told when the store that gateways share goes, and when it is there again. */
  readonly onStateChange?: (change: StateChange) => void;
  /** Told of URIs that clients have changed: other instances of the gateway may have stored what was there. */
  readonly onInvalidated?: (uris: readonly string[]) => void;
  /** Told of what threw and must not: a bug. The exchange it happened in was answered 500 or cut, the others go on. */
  readonly onBug?: (error: unknown, requestId: string) => void;
}
