import type { Millis } from "../../shared/clock.ts";
import type { ErrorCode } from "../../shared/errors/gateway-error.ts";
import type { ClientSide } from "../exchange/client-side.ts";
import type { HttpExchange } from "../exchange/http-exchange.ts";
import type { RequestOrigin } from "../exchange/request-origin.ts";
import type { MessageHead } from "../head/message-head.ts";
import { scanRequest } from "../head/scan-request.ts";
import { CollectingWriter } from "./collecting-writer.ts";

/** A request that the gateway makes itself. */
export interface InternalRequest {
  /** Of the client's request on whose account it is made. */
  readonly origin: RequestOrigin;
  /** Its head, as a client of HTTP/1.x would send it, without anything that frames a body; one character an octet. */
  readonly head: string;
  readonly body: Buffer | undefined;
  /** Octets of the response's body beyond which nobody wants it. */
  readonly limit: number;
  /** False: the response's body is dropped. */
  readonly keepsBody: boolean;
}

/** An endpoint's whole answer. */
export interface InternalAnswer {
  readonly kind: "answer";
  readonly status: number;
  readonly headers: MessageHead;
  readonly body: Buffer;
  readonly endpoint: string | undefined;
  readonly durationMs: Millis;
}

/** That there is none. */
export interface InternalFailure {
  readonly kind: "failure";
  /** "gateway": `code` says why. "unusable": there could be no such request. */
  readonly reason: "gateway" | "timeout" | "too-long" | "cancelled" | "unusable";
  readonly code: ErrorCode | undefined;
  /** That was asked last. */
  readonly endpoint: string | undefined;
  readonly durationMs: Millis;
}

export type InternalResult = InternalAnswer | InternalFailure;

/** Octets of a head. It is of the gateway's own making, so that only what was filled in can be too long. */
const MAX_HEAD = 64 * 1024;

/** The client of a request that the gateway makes itself: there is no connection, and the response is gathered. */
export class InternalCall<Marks> implements ClientSide {
  readonly wantsKeepAlive = true;
  readonly canSkipBody = true;
  readonly inTurn = false;
  readonly isSending = false;
  readonly upgradable = undefined;
  readonly socket: ClientSide["socket"];
  private readonly exchange: HttpExchange<Marks>;
  private readonly request: InternalRequest;
  private readonly writer: CollectingWriter;
  private readonly onDone: (result: InternalResult, call: InternalCall<Marks>) => void;
  private whyEnded: InternalFailure["reason"] = "gateway";
  private done = false;

  /** @param onDone called exactly once, when all is over; the exchange may be used again inside it */
  constructor(
    exchange: HttpExchange<Marks>,
    request: InternalRequest,
    onDone: (result: InternalResult, call: InternalCall<Marks>) => void,
  ) {
    this.exchange = exchange;
    this.request = request;
    this.socket = request.origin.socket;
    this.onDone = onDone;
    this.writer = new CollectingWriter(request.limit, request.keepsBody, () => this.end("too-long"));
  }

  /**
   * Reads the request as any other is read, and begins the exchange.
   * @returns false for one that cannot be sent: `onDone` is not called then, and the exchange has not begun
   */
  begin(now: Millis): boolean {
    const { exchange, request } = this;
    const { view, body, framing } = exchange;
    const { forwarding, clientIp, scheme, requestId } = request.origin;
    const octets = Buffer.from(request.head, "latin1");
    if (scanRequest(view.head, octets, 0, octets.length, MAX_HEAD) !== octets.length) return false;
    if (view.read() !== undefined) return false;
    view.clientIp = clientIp;
    view.scheme = scheme;
    framing.setLength(0);
    body.start(request.body !== undefined);
    exchange.begin(this, this.writer, forwarding, now, () => requestId);
    if (request.body !== undefined) {
      body.replace(request.body);
      body.end();
    }
    return true;
  }

  /** Nobody wants the answer any more. */
  cancel(): void {
    this.end("cancelled");
  }

  private end(why: InternalFailure["reason"]): void {
    if (this.done) return;
    this.whyEnded = why;
    this.exchange.onClientGone();
  }

  /** It has taken long enough: as if its service had been given no more time than this. */
  timeOut(now: Millis): void {
    const { exchange } = this;
    if (this.done) return;
    this.whyEnded = "timeout";
    exchange.shortenSilence(now, 0);
    exchange.sweep(now);
    // The first step may only have seen that something had come since the last one.
    if (!this.done) exchange.sweep(now);
    if (!this.done) this.end("timeout");
  }

  /** One step of the coarse timer. */
  sweep(now: Millis): void {
    if (!this.done) this.exchange.sweep(now);
  }

  pauseRequest(): void {}

  resumeRequest(): void {}

  exchangeDone(): void {
    this.finish();
  }

  abort(): void {
    this.finish();
  }

  private finish(): void {
    if (this.done) return;
    this.done = true;
    this.onDone(this.result(), this);
  }

  private result(): InternalResult {
    const { writer, exchange } = this;
    const { code, endpointId: endpoint, durationMs } = exchange;
    if (!writer.complete || writer.head === undefined || this.whyEnded !== "gateway") {
      return { kind: "failure", reason: this.whyEnded, code, endpoint, durationMs };
    }
    const { head } = writer;
    return { kind: "answer", status: head.status, headers: head, body: writer.body(), endpoint, durationMs };
  }
}
