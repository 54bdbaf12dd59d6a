import { type ClientHttp2Session, type ClientHttp2Stream, connect, type OutgoingHttpHeaders } from "node:http2";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Millis } from "../../shared/clock.ts";
import { type DialError, NO_HTTP2 } from "./dial-error.ts";
import type { Http2Link } from "./http2-link.ts";
import type { Http2Pool } from "./http2-pool.ts";
import { clientSettings, CONNECTION_WINDOW, MAX_STREAMS } from "./http2-client-settings.ts";
import type { EndpointFailure } from "./receiver.ts";

type State = "connecting" | "open" | "leaving" | "closed";

/** One HTTP/2 connection to an endpoint, and the exchanges that share it. */
export class Http2Connection {
  private readonly pool: Http2Pool;
  private state: State = "connecting";
  private socket: Socket | undefined;
  private session: ClientHttp2Session | undefined;
  /** Those that wait for the connection, or have a stream on it. */
  private readonly links = new Set<Http2Link>();
  /** Streams that the endpoint takes at a time; a guess until it has said so. */
  private maxStreams: number;
  /** Of GOAWAY: higher ones have not been looked at. */
  private lastStream = Number.POSITIVE_INFINITY;
  private served = 0;
  /** What came was not HTTP/2. */
  private isForeign = false;
  /** Until when a connect may take, or an idle connection is kept; on the pool's clock. */
  deadline: Millis;

  constructor(pool: Http2Pool, expectedStreams: number, deadline: Millis) {
    this.pool = pool;
    this.maxStreams = expectedStreams;
    this.deadline = deadline;
  }

  get isOpen(): boolean {
    return this.state === "open" && this.session?.closed === false && !this.session.destroyed;
  }

  get isConnecting(): boolean {
    return this.state === "connecting";
  }

  get idle(): boolean {
    return this.links.size === 0 && !this.isConnecting;
  }

  get hasRoom(): boolean {
    return (this.isConnecting || this.isOpen) && this.links.size < this.maxStreams;
  }

  /** A link is to use this connection. @returns whether it began on an idle connection that has served others */
  join(link: Http2Link): boolean {
    this.links.add(link);
    return this.served > 0 && this.links.size === 1;
  }

  /** @param used it had a stream */
  leave(link: Http2Link, used: boolean): void {
    if (!this.links.delete(link)) return;
    if (used) this.served++;
    if (this.links.size > 0) return;
    if (this.state === "leaving") this.retire();
    else this.pool.rest(this);
  }

  /** The dialled socket, before it is connected. */
  attach(socket: Socket): void {
    this.socket = socket;
    if (this.state === "closed") socket.destroy();
  }

  /** Sends the connection preface; the endpoint's own, a SETTINGS frame, is awaited (RFC 9113 section 3.4). */
  connected(socket: Socket): void {
    if (this.state === "closed") return void socket.destroy();
    const isTls = this.pool.tls !== undefined;
    if (isTls && (socket as TLSSocket).alpnProtocol !== "h2") return this.notHttp2(socket);
    const { host, port } = this.pool;
    const url = `${isTls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
    const session = connect(url, { ...clientSettings(), createConnection: () => socket });
    this.session = session;
    session.once("connect", () => session.setLocalWindowSize(CONNECTION_WINDOW));
    session.on("remoteSettings", ({ maxConcurrentStreams }) => this.onSettings(maxConcurrentStreams));
    session.on("goaway", (_code, lastStream) => this.onGoaway(lastStream));
    // What it means for each stream, the streams say.
    session.on("error", ({ code }: NodeJS.ErrnoException) => {
      this.isForeign = code?.startsWith("ERR_HTTP2_") === true;
    });
    session.on("close", this.onClose);
  }

  private notHttp2(socket: Socket): void {
    socket.destroy();
    this.connectFailed({ message: NO_HTTP2, reason: "protocol" });
  }

  connectFailed({ message, reason }: Pick<DialError, "message" | "reason">): void {
    if (this.state === "closed") return;
    const failure: EndpointFailure = {
      outcome: "connect-failure",
      detail: message,
      reused: false,
      nothingCame: true,
      ...(reason ? { reason } : {}),
    };
    const waiting = this.end();
    for (const link of waiting) link.fail(failure);
  }

  private onSettings(maxConcurrentStreams: number | undefined): void {
    if (maxConcurrentStreams !== undefined) this.maxStreams = Math.min(maxConcurrentStreams, MAX_STREAMS);
    this.pool.noteStreams(this.maxStreams);
    if (this.state !== "connecting") return;
    if (this.maxStreams === 0) return this.connectFailed({ message: "it takes no streams", reason: undefined });
    this.state = "open";
    let room = this.maxStreams;
    for (const link of [...this.links]) {
      if (room-- > 0) link.connected();
      else {
        this.links.delete(link);
        this.pool.place(link);
      }
    }
    if (this.links.size === 0) this.pool.rest(this);
  }

  private onGoaway(lastStream: number): void {
    this.lastStream = lastStream;
    if (this.state === "open") this.state = "leaving";
  }

  isBeyondGoaway(stream: number): boolean {
    return stream > this.lastStream;
  }

  /**
   * Begins a stream. With a body its end is always asked for by `wantTrailers`, even if there will be none: else node:http2
   * would end the body before it resets the stream, and a request that was cut short would look whole.
   * @throws Error if the connection can take no more streams, or the fields cannot be sent
   */
  request(fields: OutgoingHttpHeaders, endStream: boolean): ClientHttp2Stream {
    const { session } = this;
    if (session === undefined) throw new Error("the connection is not open");
    return session.request(fields, { endStream, waitForTrailers: !endStream });
  }

  /** Nothing new on it; it ends when those that use it are done. */
  retire(): void {
    if (this.state === "connecting" && this.links.size === 0) return this.destroy();
    if (this.state === "open") this.state = "leaving";
    // Not before: node:http2 would send its GOAWAY in front of a request that has only just been begun.
    if (this.state === "leaving" && this.links.size === 0) this.session?.close();
  }

  destroy(): void {
    for (const link of this.end()) link.forget();
  }

  /** @returns those that had been using it */
  private end(): Http2Link[] {
    const links = [...this.links];
    this.links.clear();
    this.state = "closed";
    this.pool.forget(this);
    this.session?.destroy();
    this.socket?.destroy();
    return links;
  }

  /** Streams have been told by their own events. */
  private readonly onClose = (): void => {
    if (this.state === "closed") return;
    if (this.state === "connecting") {
      const message = this.isForeign ? NO_HTTP2 : "it closed the connection instead of speaking HTTP/2";
      return this.connectFailed({ message, reason: "protocol" });
    }
    this.state = "closed";
    this.pool.forget(this);
    this.socket?.destroy();
  };
}
