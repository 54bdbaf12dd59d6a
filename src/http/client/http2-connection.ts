import { constants, performServerHandshake, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import type { Millis } from "../../shared/clock.ts";
import { type ConnectionFacts, ForwardingFields } from "../exchange/forwarding-fields.ts";
import type { StreamSurroundings } from "../exchange/http2-response-writer.ts";
import type { ClientLink } from "./client-link.ts";
import type { HttpListener } from "./http-listener.ts";
import { http2Settings, MAX_STREAMS, STREAM_WINDOW } from "./http2-settings.ts";
import { Http2Stream } from "./http2-stream.ts";
import { OverheadBudget, type Traffic } from "./overhead-budget.ts";
import { ResetBudget } from "./reset-budget.ts";

/** How long a connection that has been told to end may take to do so. */
const LINGER: Millis = 1_000;
/** Unsent octets beyond which endpoints are not read any more: of a stream alone, and at least of one among many. */
const BACKED_UP = 128 * 1024;
const BACKED_UP_SHARE = 16 * 1024;

/** One client's connection of HTTP/2: frames are node:http2's, and each stream has one exchange. */
export class Http2Connection<Marks> implements ClientLink, StreamSurroundings {
  readonly listener: HttpListener<Marks>;
  readonly forwarding: ForwardingFields;
  readonly socket: Socket;
  private readonly session: ServerHttp2Session;
  private readonly streams = new Set<Http2Stream<Marks>>();
  private readonly resets: ResetBudget;
  private readonly overhead: OverheadBudget;
  private headerOctets = 0;
  private dataOctets = 0;
  /** Until when the next request may take to come, while there is none; or the connection to end. */
  private deadline: Millis;
  private ending = false;

  /** @param socket on which the client's preface comes next */
  constructor(socket: Socket, listener: HttpListener<Marks>, facts: ConnectionFacts) {
    this.socket = socket;
    this.listener = listener;
    this.forwarding = new ForwardingFields({ ...facts, protocol: "2.0" });
    const now = listener.clock.now();
    this.resets = new ResetBudget(now);
    this.overhead = new OverheadBudget(now);
    this.deadline = now + listener.limits.headerTimeout;
    this.session = performServerHandshake(socket, http2Settings(listener.limits.headerBytes));
    // Else streams whose endpoints do not read would share out all of it, and the others stand still.
    this.session.setLocalWindowSize(MAX_STREAMS * STREAM_WINDOW);
    this.session.on("stream", this.onStream);
    this.session.on("close", this.onClose);
    // "close" follows and does the work; without a listener the process would end.
    this.session.on("error", ignore);
    this.session.on("frameError", ignore);
    socket.on("error", ignore);
    socket.on("end", this.onEnd);
    socket.on("close", this.onClose);
  }

  get isIdle(): boolean {
    return this.streams.size === 0;
  }

  /** One that ends is given its time (`LINGER`) to read the GOAWAY: a socket closed under it could be reset. */
  get isSending(): boolean {
    return !this.isIdle || (this.ending && !this.socket.destroyed);
  }

  /** The more streams, the less each may have waiting: it is one client that does not read. */
  get backedUp(): number {
    return Math.max(BACKED_UP_SHARE, BACKED_UP / Math.max(1, this.streams.size));
  }

  private readonly onStream = (
    stream: ServerHttp2Stream,
    _headers: unknown,
    flags: number,
    list: readonly string[],
  ): void => {
    // "close" follows and does the work; without a listener the process would end.
    stream.on("error", ignore);
    // Opened and given up within one read.
    if (stream.destroyed || stream.closed) return this.spend();
    if (this.listener.draining || this.ending) return stream.close(constants.NGHTTP2_REFUSED_STREAM);
    const served = new Http2Stream(stream, this);
    this.streams.add(served);
    served.begin(list, (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0);
  };

  /** @param givenUp by the client, or for what it sent */
  forget(stream: Http2Stream<Marks>, givenUp: boolean): void {
    if (!this.streams.delete(stream)) return;
    if (this.streams.size === 0 && !this.ending) {
      this.deadline = this.listener.sweptAt + this.listener.limits.keepAliveTimeout;
    }
    if (givenUp) this.spend();
    else this.resets.earn();
  }

  private spend(): void {
    if (!this.resets.spend(this.listener.clock.now())) this.calmDown("too many streams were given up");
  }

  private calmDown(why: string): void {
    if (this.session.destroyed) return;
    this.beginEnd();
    // What node:http2 ends by itself would look whole.
    for (const stream of [...this.streams]) stream.abort();
    this.session.destroy(new Error(why), constants.NGHTTP2_ENHANCE_YOUR_CALM);
  }

  countHeaders(octets: number): void {
    this.headerOctets += octets;
  }

  countData(octets: number): void {
    this.dataOctets += octets;
  }

  private get traffic(): Traffic {
    let data = this.dataOctets;
    for (const stream of this.streams) data += stream.unread;
    const { bytesRead, bytesWritten } = this.socket;
    return { received: bytesRead, sent: bytesWritten, headers: this.headerOctets, data };
  }

  /** Takes no new stream; the connection ends behind the last one. */
  drain(): void {
    if (this.ending) return;
    this.beginEnd();
    this.session.close();
  }

  private beginEnd(): void {
    this.ending = true;
    this.deadline = this.listener.clock.now() + LINGER;
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** One step of the coarse timer. */
  sweep(now: Millis): void {
    for (const stream of this.streams) stream.sweep(now);
    if (!this.overhead.check(now, this.traffic)) this.calmDown("too many frames that ask for nothing");
    if (!this.isIdle) {
      if (this.ending) this.deadline = now + LINGER;
    } else if (now >= this.deadline) {
      if (this.ending) this.socket.destroy();
      else this.drain();
    }
  }

  /** Without its half of the connection a client can take nothing any more: not even windows would open. */
  private readonly onEnd = (): void => void this.socket.destroy();

  private readonly onClose = (): void => this.listener.forget(this);
}

function ignore(): void {}
