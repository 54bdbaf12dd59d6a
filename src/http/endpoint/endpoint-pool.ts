import type { Millis } from "../../shared/clock.ts";
import type { DialTarget } from "./dial.ts";
import type { EndpointLink } from "./endpoint-link.ts";
import type { EndpointTls } from "./endpoint-tls.ts";
import type { EndpointReceiver } from "./receiver.ts";

/** All connections to one endpoint, whatever is spoken on them. */
export interface EndpointPool extends DialTarget {
  readonly connectTimeoutMs: Millis;
  /** Connections open or opening; and those of them that serve nobody. */
  readonly size: number;
  readonly idleSize: number;
  /** Can a connection switch to another protocol, as for a WebSocket? */
  readonly upgrades: boolean;
  /** How the endpoint is to be known; `undefined` where TLS is not spoken to it. */
  readonly tls: EndpointTls | undefined;
  /**
   * A link for one exchange. If it is `ready` the request can be sent at once; if not, `onEndpointReady` or
   * `onEndpointFailure` is called later.
   */
  take(receiver: EndpointReceiver): EndpointLink;
  /** What an upgraded connection for this receiver has to begin with, if anything. */
  prefaceFor?(receiver: EndpointReceiver): Buffer;
  /** One step of the coarse timer. */
  sweep(now: Millis): void;
  /** Idle connections end now, the others after the exchange they serve. */
  close(): void;
  /** Ends every connection at once; whoever waits on one is not told. */
  destroy(): void;
}
