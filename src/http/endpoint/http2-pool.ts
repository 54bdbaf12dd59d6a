import type { Millis } from "../../shared/clock.ts";
import { dial } from "./dial.ts";
import { DialError } from "./dial-error.ts";
import { DEFAULT_IDLE, type EndpointPool, type PoolOptions } from "./endpoint-pool.ts";
import type { EndpointTls } from "./endpoint-tls.ts";
import { Http2Connection } from "./http2-connection.ts";
import { Http2Link } from "./http2-link.ts";
import type { SocketOptions } from "./open-socket.ts";
import type { EndpointReceiver } from "./receiver.ts";

/** What RFC 9113 section 6.5.2 recommends as the least: until an endpoint has said what it takes. */
const EXPECTED_STREAMS = 100;

/** The connections to one endpoint that speaks HTTP/2: one, and another when the endpoint takes no more streams on it. */
export class Http2Pool implements EndpointPool {
  readonly upgrades = false;
  readonly host: string;
  readonly port: number;
  readonly connectTimeoutMs: Millis;
  readonly tls: EndpointTls | undefined;
  private readonly options: PoolOptions;
  private readonly idleTimeoutMs: Millis;
  private readonly connections: Http2Connection[] = [];
  private expectedStreams = EXPECTED_STREAMS;
  private session: Buffer | undefined;
  private closed = false;
  /** When the coarse timer last came by. */
  private sweptAt: Millis;

  constructor(options: PoolOptions) {
    this.options = options;
    this.host = options.host;
    this.port = options.port;
    this.connectTimeoutMs = options.connectTimeoutMs;
    this.tls = options.tls;
    this.idleTimeoutMs = options.idleTimeoutMs ?? DEFAULT_IDLE;
    this.sweptAt = options.clock.now();
  }

  get size(): number {
    return this.connections.length;
  }

  get idleSize(): number {
    return this.connections.reduce((sum, { idle }) => sum + (idle ? 1 : 0), 0);
  }

  take(receiver: EndpointReceiver): Http2Link {
    const link = new Http2Link(receiver, this.tls === undefined ? "http" : "https");
    this.place(link);
    return link;
  }

  /** Finds a connection for a link: one that is open, or else one that is about to be. */
  place(link: Http2Link): void {
    const { connections } = this;
    const connection =
      connections.find((one) => one.isOpen && one.hasRoom) ?? connections.find((one) => one.hasRoom) ?? this.open();
    link.join(connection);
  }

  private open(): Http2Connection {
    const { clock, connectTimeoutMs } = this.options;
    const connection = new Http2Connection(this, this.expectedStreams, clock.now() + connectTimeoutMs);
    this.connections.push(connection);
    dial(this.options, this.socketOptions(), {
      onSocket: (socket) => connection.attach(socket),
      onConnected: (socket) => connection.connected(socket),
      onFailed: (error) => connection.connectFailed(error),
    });
    return connection;
  }

  private socketOptions(): SocketOptions {
    const { tls, host } = this;
    const { preface } = this.options;
    if (tls === undefined) return { preface };
    const onSession = (session: Buffer): void => {
      this.session = session;
    };
    return { preface, tls: { settings: tls, host, protocols: ["h2"], session: this.session, onSession } };
  }

  /** How many streams the endpoint takes on a connection. */
  noteStreams(count: number): void {
    this.expectedStreams = Math.max(1, count);
  }

  /** Nobody uses the connection any more. */
  rest(connection: Http2Connection): void {
    if (this.closed) return connection.retire();
    if (!connection.isConnecting) connection.deadline = this.sweptAt + this.idleTimeoutMs;
  }

  forget(connection: Http2Connection): void {
    const at = this.connections.indexOf(connection);
    if (at >= 0) this.connections.splice(at, 1);
  }

  sweep(now: Millis): void {
    this.sweptAt = now;
    for (const connection of [...this.connections]) {
      if (now < connection.deadline) continue;
      if (connection.idle) connection.retire();
      else if (connection.isConnecting) {
        const message = `no HTTP/2 connection within ${this.connectTimeoutMs} ms`;
        connection.connectFailed(new DialError(message, "connect-timeout"));
      }
    }
  }

  dropIdle(): boolean {
    const idle = this.connections.find((connection) => connection.idle);
    idle?.retire();
    return idle !== undefined;
  }

  close(): void {
    this.closed = true;
    for (const connection of [...this.connections]) connection.retire();
  }

  destroy(): void {
    this.closed = true;
    for (const connection of [...this.connections]) connection.destroy();
  }
}
