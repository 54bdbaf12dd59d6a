import { Agent, type ClientRequestArgs } from "node:http";
import type { Socket } from "node:net";
import type { Millis } from "../../shared/clock.ts";
import { type DialTarget, dial } from "../endpoint/dial.ts";
import { DialError } from "../endpoint/dial-error.ts";
import type { EndpointTls } from "../endpoint/endpoint-tls.ts";

export interface DiallingTarget extends DialTarget {
  readonly connectTimeoutMs: Millis;
  /** Given where the endpoint is spoken to in TLS. */
  readonly tls?: EndpointTls | undefined;
}

type Done = (error: Error | null, socket?: Socket) => void;

/** The way to one connection, by the same rules as that of any other exchange. */
export class Dialling {
  private readonly target: DiallingTarget;
  private readonly preface: Buffer | undefined;
  private socket: Socket | undefined;
  private timer: NodeJS.Timeout | undefined;
  private done: Done | undefined;
  private over = false;

  /** @param preface octets that come in front of everything else: a PROXY protocol header */
  constructor(target: DiallingTarget, preface: Buffer | undefined) {
    this.target = target;
    this.preface = preface;
  }

  start(done: Done): void {
    const { host, tls, connectTimeoutMs } = this.target;
    this.done = done;
    const late = (): void => this.stop(new DialError(`no connection within ${connectTimeoutMs} ms`, "connect-timeout"));
    this.timer = setTimeout(late, connectTimeoutMs);
    const secure = tls && { settings: tls, host, protocols: ["http/1.1"], session: undefined, onSession: () => {} };
    dial(
      this.target,
      { tls: secure, preface: this.preface },
      {
        onSocket: (socket) => {
          this.socket = socket;
          if (this.over) socket.destroy();
        },
        onConnected: (socket) => this.finish(null, socket),
        onFailed: (error) => this.finish(error),
      },
    );
  }

  /** Ends what is not yet a connection; what is one is not touched. */
  stop(error: Error): void {
    if (this.over) return;
    this.socket?.destroy();
    this.finish(error);
  }

  private finish(error: Error | null, socket?: Socket): void {
    if (this.over) return void socket?.destroy();
    this.over = true;
    clearTimeout(this.timer);
    this.done?.(error, socket);
  }
}

/** Has each request come with its own way to a connection, as the option `dialling`. */
class DialAgent extends Agent {
  override createConnection(options: ClientRequestArgs, done?: unknown): undefined {
    (options as { dialling?: Dialling }).dialling?.start(done as Done);
  }
}

/** No connection is used twice: it becomes a tunnel, or its answer ends it. */
export const dialAgent = new DialAgent({ keepAlive: false });
