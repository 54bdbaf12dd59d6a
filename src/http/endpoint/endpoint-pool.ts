import type { Clock, Millis } from "../../shared/clock.ts";
import type { DialTarget } from "./dial.ts";
import type { EndpointLink } from "./endpoint-link.ts";
import type { EndpointTls } from "./endpoint-tls.ts";
import type { EndpointReceiver } from "./receiver.ts";

/** What a pool is made of, whatever is spoken on its connections. */
export interface PoolOptions extends DialTarget {
  readonly clock: Clock;
  readonly connectTimeoutMs: Millis;
  /** How long an idle connection is kept; less where the endpoint says that it closes earlier. */
  readonly idleTimeoutMs?: Millis;
  /** Given where the endpoint is spoken to in TLS; HTTP/2 is agreed on by ALPN then, else known beforehand. */
  readonly tls?: EndpointTls | undefined;
  /** What every connection begins with: a PROXY protocol header. */
  readonly preface?: Buffer | undefined;
}

export const DEFAULT_IDLE: Millis = 60_000;

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
  /** Ends the connection that has been idle the longest; false if there is none that serves nobody. */
  dropIdle(): boolean;
  /** One step of the coarse timer. */
  sweep(now: Millis): void;
  /** Idle connections end now, the others after the exchange they serve. */
  close(): void;
  /** Ends every connection at once; whoever waits on one is not told. */
  destroy(): void;
}
