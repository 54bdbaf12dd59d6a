import type { Socket } from "node:net";
import type { Millis } from "../../shared/clock.ts";
import type { ErrorCode } from "../../shared/errors/gateway-error.ts";
import type { ClientSide, UpgradableClient } from "../exchange/client-side.ts";
import type { ForwardingFields } from "../exchange/forwarding-fields.ts";
import type { HttpExchange } from "../exchange/http-exchange.ts";
import { Http1ResponseWriter } from "../exchange/http1-response-writer.ts";
import { FAULT, INCOMPLETE } from "../head/message-head.ts";
import { scanRequest } from "../head/scan-request.ts";
import { CR, LF } from "../octets.ts";
import type { ClientLink } from "./client-link.ts";
import { ClientSocket } from "./client-socket.ts";
import { HalfClose } from "./half-close.ts";
import { matchPreface } from "./http2-preface.ts";
import { BodyIntake } from "./body-intake.ts";
import type { HttpListener } from "./http-listener.ts";
import { LingeringClose } from "./lingering-close.ts";
import { isPartOfHead } from "./partial-head.ts";
import { readFraming } from "./read-framing.ts";
import { readRequest } from "./read-request.ts";
import { faultCode, isPersistent } from "./request-checks.ts";

/** "skip": the answer did not wait for the body, whose rest is read and dropped. */
type State = "head" | "body" | "skip" | "answer" | "closing" | "tunnel" | "closed";

/** Octets of pipelined requests that are taken while one is being answered. */
const MAX_PIPELINED = 64 * 1024;

/** One client's connection: reads requests off it, one at a time, and writes their responses. */
export class ClientConnection<Marks> implements ClientSide, ClientLink, UpgradableClient {
  readonly socket: Socket;
  readonly upgradable: UpgradableClient = this;
  readonly canMove = true;
  private readonly listener: HttpListener<Marks>;
  private readonly forwarding: ForwardingFields;
  private readonly output: ClientSocket;
  readonly writer: Http1ResponseWriter;
  private state: State = "head";
  private exchange: HttpExchange<Marks> | undefined;
  /** Octets that came and are not yet read: the beginning of a head, or pipelined requests. */
  private pending: Buffer | undefined;
  /** A head has begun to come, and `deadline` is its own. */
  private partialHead = false;
  /** Nothing has come yet that tells HTTP/1.1 from HTTP/2. */
  private undecided: boolean;
  inTurn = false;
  /** Octets stand behind the head that is being read: more requests, or its body. */
  private unread = false;
  private readonly intake = new BodyIntake();
  private halfClose: HalfClose | undefined;
  private persistent = true;
  /** The client itself has said that this is its last request. */
  private lastRequest = false;
  private deadline: Millis;
  private ending: LingeringClose | undefined;

  constructor(socket: Socket, listener: HttpListener<Marks>, forwarding: ForwardingFields, wire = socket) {
    this.socket = socket;
    this.listener = listener;
    this.forwarding = forwarding;
    // In TLS it is ALPN that tells.
    this.undecided = socket === wire;
    this.output = new ClientSocket(socket, wire);
    this.writer = new Http1ResponseWriter(this.output);
    this.deadline = listener.clock.now() + listener.limits.headerTimeout;
    socket.on("data", this.onData);
    socket.on("end", this.onEnd);
    socket.on("drain", this.onDrain);
    socket.on("close", this.onClose);
  }

  get wantsKeepAlive(): boolean {
    if (this.halfClose && !this.unread && this.pending === undefined) return false;
    return this.persistent && this.listener.keeps(this);
  }

  /** Who waits to be asked for the body may send none of it behind an answer (RFC 9110 section 10.1.1). */
  get canSkipBody(): boolean {
    return this.state === "body" && this.intake.canSkip && !this.exchange?.view.head.has("expect");
  }

  get isSending(): boolean {
    return this.output.isSending;
  }

  /** Nothing is in progress: it may be closed without harm. */
  get isIdle(): boolean {
    return this.state === "head" && !this.partialHead;
  }

  pauseRequest(): void {
    this.output.pause();
  }

  resumeRequest(): void {
    if (!this.output.paused) return;
    // While it was not read, a client could not be late with its body.
    if (this.state === "body" || this.state === "skip") this.bodyProgressed();
    this.output.resume();
  }

  private readonly onData = (chunk: Buffer): void => {
    if (this.state === "closing" || this.state === "closed") return;
    try {
      this.take(chunk);
    } catch (error) {
      // A bug in serving one exchange ends that exchange, not the process.
      this.inTurn = false;
      if (this.exchange) this.exchange.onBug(error);
      else this.abort();
    }
  };

  private take(chunk: Buffer): void {
    const bytes = this.pending === undefined ? chunk : Buffer.concat([this.pending, chunk]);
    this.pending = undefined;
    if (this.state === "answer") return this.stash(bytes);
    if (this.undecided && this.isHttp2(bytes)) return;
    const headComes = this.state === "head" && isPartOfHead(bytes, chunk, this.listener.limits.headerBytes);
    if (headComes) return this.keepPartialHead(bytes);
    this.consume(bytes);
  }

  /** @returns false if it certainly is not; else the octets are taken care of */
  private isHttp2(bytes: Buffer): boolean {
    const match = matchPreface(bytes);
    this.undecided = match === "partly";
    if (this.undecided) this.keepPartialHead(bytes);
    else if (match === "whole") this.listener.serveHttp2(this, this.forwarding.facts, bytes);
    return match !== "no";
  }

  private consume(bytes: Buffer): void {
    this.inTurn = true;
    const end = bytes.length;
    let at = 0;
    while (at < end) {
      if (this.state === "head") at = this.readHead(bytes, at, end);
      else if (this.state === "body") at = this.readBody(bytes, at, end);
      else if (this.state === "skip") at = this.skipBody(bytes, at, end);
      else {
        if (this.state === "answer" || this.state === "tunnel") this.stash(bytes.subarray(at));
        break;
      }
    }
    this.inTurn = this.unread = false;
    this.exchange?.flushRequest();
  }

  private stash(bytes: Buffer): void {
    this.pending = bytes;
    if (bytes.length > MAX_PIPELINED) this.pauseRequest();
  }

  private keepPartialHead(bytes: Buffer): void {
    this.pending = bytes;
    if (this.partialHead) return;
    this.partialHead = true;
    this.deadline = this.listener.clock.now() + this.listener.limits.headerTimeout;
  }

  private readHead(bytes: Buffer, from: number, end: number): number {
    let at = from;
    // RFC 9112 section 2.2: empty lines before a request line are skipped.
    while (at + 1 < end && bytes[at] === CR && bytes[at + 1] === LF) at += 2;
    if (at === end) return end;
    const exchange = this.listener.exchanges.take();
    const { limits } = this.listener;
    const result = scanRequest(exchange.view.head, bytes, at, end, limits.headerBytes);
    if (result === INCOMPLETE) {
      this.listener.exchanges.giveBack(exchange);
      this.keepPartialHead(bytes.subarray(at));
      return end;
    }
    this.partialHead = false;
    const { head } = exchange.view;
    if (result === FAULT) exchange.view.clear();
    this.output.minorVersion = result === FAULT ? 1 : head.minorVersion;
    this.persistent = result !== FAULT && isPersistent(head);
    this.lastRequest = result !== FAULT && !this.persistent;
    this.beginExchange(exchange);
    if (result === FAULT) return this.refuse(faultCode(head.faultKind), `it has ${head.fault}`, end);
    return this.startRequest(exchange, result, end);
  }

  private beginExchange(exchange: HttpExchange<Marks>): void {
    this.exchange = exchange;
    this.listener.beginExchange(exchange, this, this.writer, this.forwarding);
  }

  private startRequest(exchange: HttpExchange<Marks>, at: number, end: number): number {
    const { view, framing } = exchange;
    const fault = readFraming(exchange, this.listener.limits);
    if (fault) return this.refuse(fault.code, fault.what, end);
    exchange.body.start(framing.kind !== "none");
    this.unread = at < end;
    this.intake.start(framing);
    this.state = this.intake.done ? "answer" : "body";
    if (!this.intake.done) this.bodyProgressed();
    const refusal = readRequest(view, this.forwarding);
    if (refusal) {
      // Nothing more is read of a client that was refused: what follows may be meant to deceive.
      this.persistent = false;
      this.listener.handler.onRefused(exchange, refusal);
    } else this.listener.handler.onRequest(exchange);
    return at;
  }

  private readBody(bytes: Buffer, at: number, end: number): number {
    const { intake, exchange } = this;
    const stop = intake.read(bytes, at, end, this.listener.limits.bodyBytes);
    if (stop < 0) return this.refuse(intake.code, intake.fault, end);
    if (intake.partEnd > at) exchange?.onRequestBody(bytes.subarray(at, intake.partEnd));
    if (!intake.done) this.bodyProgressed();
    else if (this.state === "body") {
      this.state = "answer";
      exchange?.onRequestEnd();
    }
    return stop;
  }

  private skipBody(bytes: Buffer, at: number, end: number): number {
    const stop = this.intake.skip(bytes, at, end);
    if (stop < 0) this.closeLingering();
    else if (this.intake.done) this.awaitHead();
    return stop < 0 ? end : stop;
  }

  private bodyProgressed(): void {
    this.deadline = this.listener.clock.now() + this.listener.limits.bodyTimeout;
  }

  /** Answers with an error and ends the connection; if the response has begun, the connection is cut. */
  private refuse(code: ErrorCode, what: string, end: number): number {
    this.persistent = false;
    const { exchange } = this;
    if (!exchange || exchange.responding) {
      // Before the exchange is let go of, to be used again: its endpoint must not speak to it any more.
      this.state = "closed";
      exchange?.onClientGone();
      this.abort();
    } else {
      exchange.dropConnection();
      this.listener.handler.onRefused(exchange, { code, detail: `The request was refused: ${what}.` });
    }
    return end;
  }

  exchangeDone(keepAlive: boolean): void {
    this.letGoOfExchange();
    if (this.state === "closed") return;
    if (!keepAlive || (this.state !== "answer" && this.state !== "body")) return this.closeLingering();
    if (this.state === "answer") this.awaitHead();
    else this.state = "skip";
    this.resumeRequest();
    if (this.inTurn) return;
    const { pending } = this;
    if (pending !== undefined) {
      this.pending = undefined;
      this.consume(pending);
    }
    if (this.halfClose) this.onEnd();
  }

  private awaitHead(): void {
    if (this.listener.draining) return this.closeLingering();
    this.state = "head";
    this.deadline = this.listener.sweptAt + this.listener.limits.keepAliveTimeout;
  }

  private letGoOfExchange(): void {
    const { exchange } = this;
    this.exchange = undefined;
    if (exchange) this.listener.exchanges.giveBack(exchange);
  }

  drain(): void {
    if (this.isIdle) this.closeLingering();
  }

  destroy(): void {
    this.socket.destroy();
  }

  /**
   * RFC 9112 section 9.6: who has sent "close" sends no more requests. With its last one read whole, and the answer in
   * the kernel's hands, nothing is left that a reset could destroy, and nothing to wait for.
   */
  private get nothingLeftToRead(): boolean {
    return this.lastRequest && this.state === "answer" && !this.unread && !this.pending && !this.isSending;
  }

  /** Ends the sending side at once, and goes on reading for a while: so that the client can read the answer. */
  private closeLingering(): void {
    if (this.state === "closed" || this.state === "closing") return;
    if (this.nothingLeftToRead) {
      this.state = "closed";
      return this.output.end();
    }
    const { clock, limits } = this.listener;
    this.state = "closing";
    this.pending = undefined;
    this.ending = new LingeringClose(this.socket, clock.now(), this.halfClose !== undefined, limits.keepAliveTimeout);
    this.resumeRequest();
  }

  abort(): void {
    this.letGoOfExchange();
    this.state = "closed";
    this.output.cut();
  }

  /** Hands the socket over to a tunnel. Returns what the client has sent already. */
  detach(): Buffer | undefined {
    this.state = "tunnel";
    this.socket.off("data", this.onData);
    this.socket.off("end", this.onEnd);
    this.socket.off("drain", this.onDrain);
    const { pending } = this;
    this.pending = undefined;
    return pending;
  }

  /** One step of the coarse timer. */
  sweep(now: Millis): void {
    if (this.state === "answer" || this.state === "tunnel") {
      this.halfClose?.sweep(now, this.output, this.exchange);
      return this.exchange?.sweep(now);
    }
    if (this.state === "closing") return this.ending?.sweep(now);
    // The client may be waiting for the endpoint, too, before it sends the body.
    if (this.state === "body" && this.exchange?.awaitsContinue) return this.exchange.sweep(now);
    if (now < this.deadline || this.state === "closed") return;
    if (this.isIdle || this.state === "skip") return void this.socket.destroy();
    // If it is the endpoint that does not take the body, its own deadline counts.
    return this.output.paused ? this.exchange?.sweep(now) : this.timeOut();
  }

  private timeOut(): void {
    if (this.state === "head") {
      const exchange = this.listener.exchanges.take();
      exchange.view.clear();
      this.beginExchange(exchange);
    }
    this.refuse("GW0207", "it did not come in time", 0);
  }

  private readonly onEnd = (): void => {
    this.halfClose = new HalfClose(this.listener.clock.now());
    if (this.state === "answer") return;
    if (this.state === "body") this.socket.destroy();
    else this.socket.destroySoon();
  };

  private readonly onDrain = (): void => this.exchange?.onClientDrain();

  private readonly onClose = (): void => {
    const { exchange } = this;
    this.state = this.state === "tunnel" ? "tunnel" : "closed";
    if (this.state === "closed") exchange?.onClientGone();
    this.listener.forget(this);
  };
}
