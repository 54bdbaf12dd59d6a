import type { Clock, Millis } from "../../shared/clock.ts";
import { type DialTarget, dial } from "./dial.ts";
import { EndpointConnection } from "./endpoint-connection.ts";
import type { EndpointReceiver } from "./receiver.ts";

export interface EndpointPoolOptions extends DialTarget {
  readonly clock: Clock;
  readonly connectTimeoutMs: Millis;
  /** How long an idle connection is kept; less where the endpoint says that it closes earlier. */
  readonly idleTimeoutMs?: Millis;
}

const DEFAULT_IDLE: Millis = 60_000;

/** The connections to one endpoint: idle ones are used again, the last used first, so that the others can go. */
export class EndpointPool {
  readonly host: string;
  readonly port: number;
  readonly connectTimeoutMs: Millis;
  private readonly options: EndpointPoolOptions;
  private readonly idle: EndpointConnection[] = [];
  private readonly all = new Set<EndpointConnection>();
  private idleTimeoutMs: Millis;
  private closed = false;
  /** When the coarse timer last came by: exact enough for how long connections are kept. */
  private sweptAt: Millis;

  constructor(options: EndpointPoolOptions) {
    this.options = options;
    this.host = options.host;
    this.port = options.port;
    this.connectTimeoutMs = options.connectTimeoutMs;
    this.idleTimeoutMs = options.idleTimeoutMs ?? DEFAULT_IDLE;
    this.sweptAt = options.clock.now();
  }

  /** Connections open or opening. */
  get size(): number {
    return this.all.size;
  }

  get idleSize(): number {
    return this.idle.length;
  }

  /**
   * A connection for one exchange. If it is `ready` the request can be written at once; if not, `onEndpointReady` or
   * `onEndpointFailure` is called later.
   */
  take(receiver: EndpointReceiver): EndpointConnection {
    const used = this.idle.pop();
    if (used) {
      used.lend(receiver);
      return used;
    }
    return this.open(receiver);
  }

  private open(receiver: EndpointReceiver): EndpointConnection {
    const connection = new EndpointConnection(this, receiver);
    connection.deadline = this.options.clock.now() + this.options.connectTimeoutMs;
    this.all.add(connection);
    dial(
      this.options,
      connection.onRead,
      (socket) => connection.attach(socket),
      (error, socket) => {
        if (socket) connection.connected(socket);
        else connection.connectFailed(error ?? new Error("no connection"), isDnsError(error) ? "dns" : undefined);
      },
    );
    return connection;
  }

  giveBack(connection: EndpointConnection): void {
    if (this.closed) return connection.destroy();
    connection.deadline = this.sweptAt + this.idleTimeoutMs;
    this.idle.push(connection);
  }

  forget(connection: EndpointConnection): void {
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
          new Error(`no connection within ${this.options.connectTimeoutMs} ms`),
          "connect-timeout",
        );
      }
    }
  }

  /** Idle connections end now, the others after the exchange they serve. */
  close(): void {
    this.closed = true;
    for (const connection of [...this.idle]) connection.destroy();
  }

  /** Ends every connection at once; whoever waits on one is not told. */
  destroy(): void {
    this.closed = true;
    for (const connection of [...this.all]) connection.destroy();
  }
}

function isDnsError(error: Error | undefined): boolean {
  return error !== undefined && "syscall" in error && error.syscall === "getaddrinfo";
}
