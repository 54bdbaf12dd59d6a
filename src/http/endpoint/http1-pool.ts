import type { Millis } from "../../shared/clock.ts";
import { dial } from "./dial.ts";
import { DialError } from "./dial-error.ts";
import { DEFAULT_IDLE, type EndpointPool, type PoolOptions } from "./endpoint-pool.ts";
import type { EndpointTls } from "./endpoint-tls.ts";
import { Http1Connection } from "./http1-connection.ts";
import type { SocketOptions } from "./open-socket.ts";
import type { EndpointReceiver } from "./receiver.ts";

/** The connections to one endpoint: idle ones are used again, the last used first, so that the others can go. */
export class Http1Pool implements EndpointPool {
  readonly upgrades = true;
  readonly host: string;
  readonly port: number;
  readonly connectTimeoutMs: Millis;
  readonly tls: EndpointTls | undefined;
  private readonly options: PoolOptions;
  private readonly idle: Http1Connection[] = [];
  private readonly all = new Set<Http1Connection>();
  private idleTimeoutMs: Millis;
  private closed = false;
  /** The last TLS session that the endpoint gave: the next connection resumes it. */
  private session: Buffer | undefined;
  /** When the coarse timer last came by: exact enough for how long connections are kept. */
  private sweptAt: Millis;

  constructor(options: PoolOptions) {
    this.options = options;
    this.host = options.host;
    this.port = options.port;
    this.connectTimeoutMs = options.connectTimeoutMs;
    this.idleTimeoutMs = options.idleTimeoutMs ?? DEFAULT_IDLE;
    this.tls = options.tls;
    this.sweptAt = options.clock.now();
  }

  get size(): number {
    return this.all.size;
  }

  get idleSize(): number {
    return this.idle.length;
  }

  take(receiver: EndpointReceiver): Http1Connection {
    const used = this.idle.pop();
    if (used) {
      used.lend(receiver);
      return used;
    }
    return this.open(receiver);
  }

  private open(receiver: EndpointReceiver): Http1Connection {
    const connection = new Http1Connection(this, receiver);
    connection.deadline = this.options.clock.now() + this.options.connectTimeoutMs;
    this.all.add(connection);
    dial(this.options, this.socketOptions(connection), {
      onSocket: (socket) => connection.attach(socket),
      onConnected: (socket) => connection.connected(socket),
      onFailed: (error) => connection.connectFailed(error),
    });
    return connection;
  }

  private socketOptions({ onRead }: Http1Connection): SocketOptions {
    const { tls, host } = this;
    const { preface } = this.options;
    if (tls === undefined) return { onRead, preface };
    const onSession = (session: Buffer): void => {
      this.session = session;
    };
    return { onRead, preface, tls: { settings: tls, host, protocols: ["http/1.1"], session: this.session, onSession } };
  }

  giveBack(connection: Http1Connection): void {
    if (this.closed) return connection.destroy();
    connection.deadline = this.sweptAt + this.idleTimeoutMs;
    this.idle.push(connection);
  }

  forget(connection: Http1Connection): void {
    this.all.delete(connection);
    const at = this.idle.indexOf(connection);
    if (at >= 0) this.idle.splice(at, 1);
  }

  /** `Keep-Alive: timeout=5`: connections are given up a second before the endpoint does, not as it does. */
  noteKeepAlive(value: string): void {
    const seconds = Number(/\btimeout=(\d{1,6})\b/i.exec(value)?.[1] ?? Number.NaN);
    if (seconds >= 1) this.idleTimeoutMs = Math.min(this.idleTimeoutMs, Math.max(500, seconds * 1000 - 1000));
  }

  /** One step of the coarse timer: connects that take too long, and connections idle for too long. */
  sweep(now: Millis): void {
    this.sweptAt = now;
    for (const connection of this.all) {
      if (now < connection.deadline) continue;
      if (connection.idle) connection.destroy();
      else if (!connection.ready) {
        connection.connectFailed(
          new DialError(`no connection within ${this.options.connectTimeoutMs} ms`, "connect-timeout"),
        );
      }
    }
  }

  dropIdle(): boolean {
    const [oldest] = this.idle;
    oldest?.destroy();
    return oldest !== undefined;
  }

  close(): void {
    this.closed = true;
    for (const connection of [...this.idle]) connection.destroy();
  }

  destroy(): void {
    this.closed = true;
    for (const connection of [...this.all]) connection.destroy();
  }
}
