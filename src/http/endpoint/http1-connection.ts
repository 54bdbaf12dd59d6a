import type { Socket } from "node:net";
import { ChunkedScanner } from "../body/chunked-scanner.ts";
import { Framing } from "../body/framing.ts";
import { FIELD } from "../head/field-kind.ts";
import { FAULT, INCOMPLETE, MessageHead } from "../head/message-head.ts";
import { scanResponse } from "../head/scan-response.ts";
import type { DialError } from "./dial-error.ts";
import type { EndpointLink } from "./endpoint-link.ts";
import type { Http1Pool } from "./http1-pool.ts";
import type { EndpointFailure, EndpointReceiver } from "./receiver.ts";

type State = "connecting" | "idle" | "head" | "length" | "chunked" | "until-close" | "closed";

/** Heads are scanned within one read, so one of each serves every connection of the process. */
const scratchHead = new MessageHead();
const scratchFraming = new Framing();

/** One HTTP/1.1 connection to an endpoint: writes requests, reads answers, and knows whether it can be used again. */
export class Http1Connection implements EndpointLink {
  private readonly pool: Http1Pool;
  private socket: Socket | undefined;
  private receiver: EndpointReceiver | undefined;
  private state: State = "connecting";
  /** The beginning of a head that did not come in one piece. */
  private partial: Buffer | undefined;
  private remaining = 0;
  private scanner: ChunkedScanner | undefined;
  private reusable = true;
  private served = 0;
  /** Not one octet of the present answer has come. */
  private nothingCame = true;
  private stopped = false;
  /** The request's body has no framing of its own, and is sent in chunks. */
  private framesBody = false;
  /** Until when a connect may take, or an idle connection is kept; on the pool's clock. */
  deadline = 0;

  constructor(pool: Http1Pool, receiver: EndpointReceiver) {
    this.pool = pool;
    this.receiver = receiver;
  }

  /** The dialled socket, before it is connected. */
  attach(socket: Socket): void {
    this.socket = socket;
    if (this.state === "closed") socket.destroy();
  }

  connected(socket: Socket): void {
    if (this.state === "closed") return void socket.destroy();
    this.socket = socket;
    socket.on("error", this.onError);
    socket.on("close", this.onClose);
    socket.on("end", this.onEnd);
    socket.on("drain", this.onDrain);
    this.state = "head";
    this.receiver?.onEndpointReady(this);
  }

  connectFailed({ message, reason }: DialError): void {
    if (this.state === "closed") return;
    this.fail({ outcome: "connect-failure", detail: message, ...(reason ? { reason } : {}) });
  }

  get ready(): boolean {
    return this.state !== "connecting" && this.state !== "closed";
  }

  get idle(): boolean {
    return this.state === "idle";
  }

  /** Gives an idle connection to the next exchange. */
  lend(receiver: EndpointReceiver): void {
    this.receiver = receiver;
    this.state = "head";
    this.nothingCame = true;
  }

  sendHead(head: string, framing: Framing, part: Buffer | undefined): boolean {
    const { socket } = this;
    if (!socket) return true;
    this.framesBody = framing.kind === "until-close";
    if (part === undefined || this.framesBody || part.length > INLINE_LIMIT) {
      socket.write(head, "latin1");
      return part === undefined || this.sendBody(part);
    }
    socket.write(head + part.toString("latin1"), "latin1");
    return socket.writableLength < MAX_UNSENT;
  }

  sendBody(part: Buffer): boolean {
    const { socket } = this;
    if (!socket || part.length === 0) return true;
    socket.write(this.framesBody ? inChunk(part) : part);
    return socket.writableLength < MAX_UNSENT;
  }

  sendEnd(trailers: string): void {
    if (this.framesBody) this.socket?.write(`0\r\n${trailers}\r\n`, "latin1");
  }

  resume(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.socket?.resume();
  }

  destroy(): void {
    this.receiver = undefined;
    this.close();
  }

  private close(): void {
    if (this.state === "closed") return;
    this.state = "closed";
    this.pool.forget(this);
    this.socket?.destroy();
  }

  /** Bound once a connection: the dialled socket calls it for each read. */
  readonly onRead = (octets: number, buffer: Uint8Array): boolean => {
    let bytes = buffer as Buffer;
    let end = octets;
    if (this.partial) {
      bytes = Buffer.concat([this.partial, bytes.subarray(0, octets)]);
      end = bytes.length;
      this.partial = undefined;
    }
    const { receiver } = this;
    this.nothingCame = false;
    try {
      this.consume(bytes, end);
      receiver?.onReadEnd();
    } catch (error) {
      // A bug in serving one exchange ends that exchange, not the process.
      this.destroy();
      receiver?.onBug(error);
    }
    return !this.stopped;
  };

  private consume(bytes: Buffer, end: number): void {
    let at = 0;
    while (at < end) {
      if (this.state === "head") at = this.readHead(bytes, at, end);
      else if (this.state === "length") at = this.readLength(bytes, at, end);
      else if (this.state === "chunked") at = this.readChunked(bytes, at, end);
      else if (this.state === "until-close") at = this.handOn(bytes, at, end);
      else {
        // An idle connection that speaks, or octets behind an answer: whoever is asked next would get them.
        this.close();
        return;
      }
    }
  }

  private readHead(bytes: Buffer, at: number, end: number): number {
    const head = scratchHead;
    const result = scanResponse(head, bytes, at, end);
    if (result === INCOMPLETE) {
      this.partial = Buffer.from(bytes.subarray(at, end));
      return end;
    }
    const { receiver } = this;
    if (!receiver) return end;
    if (result === FAULT) return this.protocolError(`its head has ${head.fault}`, end);
    if (head.status === 101) return this.protocolError("it switched protocols unasked", end);
    if (head.status < 200) {
      receiver.onInformational(head);
      return result;
    }
    if (!scratchFraming.readResponse(head, receiver.method)) {
      return this.protocolError(`its head has ${scratchFraming.fault}`, end);
    }
    this.noteReuse(head);
    this.beginBody(receiver.onResponseHead(head, scratchFraming), scratchFraming, result < end);
    return result;
  }

  private beginBody(keepFraming: boolean, framing: Framing, more: boolean): void {
    if (this.state !== "head") return;
    switch (framing.kind) {
      case "none":
        return this.complete(more);
      case "length":
        this.remaining = framing.length;
        this.state = "length";
        return;
      case "chunked":
        this.scanner ??= new ChunkedScanner();
        this.scanner.start(keepFraming, framing.keepTrailers);
        this.state = "chunked";
        return;
      case "until-close":
        this.reusable = false;
        this.state = "until-close";
    }
  }

  private readLength(bytes: Buffer, at: number, end: number): number {
    const stop = Math.min(end, at + this.remaining);
    this.remaining -= stop - at;
    this.handOn(bytes, at, stop);
    if (this.remaining === 0 && this.state === "length") this.complete(stop < end);
    return stop;
  }

  private readChunked(bytes: Buffer, at: number, end: number): number {
    const scanner = this.scanner as ChunkedScanner;
    const stop = scanner.scan(bytes, at, end);
    if (stop < 0) return this.protocolError(`its body has ${scanner.fault}`, end);
    if (scanner.written > 0) this.handOn(bytes, at, at + scanner.written);
    if (scanner.done && this.state === "chunked") {
      if (scanner.trailers !== "") this.receiver?.onResponseTrailers(scanner.trailers);
      this.complete(stop < end);
    }
    return stop;
  }

  private handOn(bytes: Buffer, at: number, end: number): number {
    if (this.receiver && !this.receiver.onResponseBody(bytes, at, end)) this.stopped = true;
    return end;
  }

  /** RFC 9112 section 9.3, and Node's `Keep-Alive: timeout=5`, which says when the connection will be closed. */
  private noteReuse(head: MessageHead): void {
    const at = head.indexOfKind(FIELD.CONNECTION);
    // What nearly every server says, told without looking any further.
    const plain = at >= 0 && head.value(at) === "keep-alive";
    if ((at >= 0 && !plain) || head.minorVersion === 0) {
      const options = (head.get("connection") ?? "").toLowerCase();
      const keep = !/\bclose\b/.test(options) && (head.minorVersion === 1 || /\bkeep-alive\b/.test(options));
      if (!keep) this.reusable = false;
    }
    if (this.served === 0) {
      const hint = head.indexOfKind(FIELD.KEEP_ALIVE);
      if (hint >= 0) this.pool.noteKeepAlive(head.value(hint));
    }
  }

  /** @param more octets came behind the answer: nobody asked for them, and the next exchange must not get them */
  private complete(more: boolean): void {
    const { receiver } = this;
    // Nor may a request go out behind a body that the endpoint has answered without having read it.
    if (more || (this.socket !== undefined && this.socket.writableLength > 0)) this.reusable = false;
    this.receiver = undefined;
    this.served++;
    if (this.reusable) {
      this.state = "idle";
      this.pool.giveBack(this);
      if (this.stopped) this.resume();
    } else this.close();
    receiver?.onResponseEnd();
  }

  private protocolError(detail: string, end: number): number {
    this.fail({ outcome: "error", detail: `the answer is not HTTP/1.1: ${detail}`, reason: "protocol" });
    return end;
  }

  private fail(failure: Pick<EndpointFailure, "outcome" | "detail" | "reason">): void {
    const { receiver } = this;
    const reused = this.served > 0;
    const nothingCame = this.nothingCame;
    this.receiver = undefined;
    this.close();
    receiver?.onEndpointFailure({ ...failure, reused, nothingCame });
  }

  private readonly onError = (error: Error): void => {
    if (this.state === "closed") return;
    if (this.state === "idle") return this.close();
    this.fail({ outcome: "reset", detail: error.message });
  };

  private readonly onEnd = (): void => {
    if (this.state === "until-close") return this.complete(false);
    this.onClose();
  };

  private readonly onClose = (): void => {
    if (this.state === "closed") return;
    if (this.state === "idle") return this.close();
    this.fail({ outcome: "reset", detail: "the endpoint closed the connection before its answer was complete" });
  };

  private readonly onDrain = (): void => {
    this.receiver?.onEndpointDrain();
  };
}

/** A head and a part of the body up to this size leave as one text, in one system call. */
const INLINE_LIMIT = 16 * 1024;
/** Octets of a request that may wait to be sent before the client is told to wait. */
const MAX_UNSENT = 256 * 1024;

/** One chunk (RFC 9112 section 7.1). */
function inChunk(part: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, CRLF]);
}

const CRLF = Buffer.from("\r\n");
