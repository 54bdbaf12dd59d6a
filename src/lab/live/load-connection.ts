import { connect, type Socket } from "node:net";
import { ChunkedScanner } from "../../http/body/chunked-scanner.ts";
import { Framing } from "../../http/body/framing.ts";
import { FIELD } from "../../http/head/field-kind.ts";
import { FAULT, INCOMPLETE, MessageHead } from "../../http/head/message-head.ts";
import { scanResponse } from "../../http/head/scan-response.ts";
import type { Millis } from "../../shared/clock.ts";
import type { Request } from "./request.ts";

/** Why a request got no answer. */
export type Failure = "connect" | "reset" | "protocol" | "timeout";

/** Who is told how requests end. Each request ends once: by an answer or by a failure. */
export interface LoadEvents {
  /** `head` is only valid inside the call. The connection takes another request if `reusable`. */
  onAnswer(connection: LoadConnection, request: Request, head: MessageHead, reusable: boolean): void;
  onFailure(connection: LoadConnection, request: Request, failure: Failure): void;
  /** It is gone, whether a request was on it or not. */
  onClose(connection: LoadConnection): void;
}

/** All connections read into it: each read is dealt with inside its callback, and what must outlive it is copied. */
const READ_BUFFER = Buffer.allocUnsafeSlow(128 * 1024);
const HEAD = new MessageHead();

/**
 * One connection of the load generator: HTTP/1.1 by raw socket, kept alive, one request at a time. Heads and framing
 * are read by the gateway's own scanners, bodies are counted and thrown away.
 */
export class LoadConnection {
  readonly socket: Socket;
  /** When the request on it was sent. */
  sentAt: Millis = 0;
  private readonly events: LoadEvents;
  private request: Request | undefined;
  private connected = false;
  /** What has come of a head that is not whole yet. */
  private partial: Buffer | undefined;
  private readonly framing = new Framing();
  private readonly scanner = new ChunkedScanner();
  private inBody = false;
  private left = 0;
  private keepAlive = true;
  /** Of an answer whose body does not come in the same read as the head. */
  private kept: MessageHead | undefined;

  constructor(host: string, port: number, events: LoadEvents) {
    this.events = events;
    const callback = (octets: number): boolean => {
      this.read(octets);
      return true;
    };
    this.socket = connect({ host, port, noDelay: true, onread: { buffer: READ_BUFFER, callback } });
    this.socket.once("connect", () => (this.connected = true));
    this.socket.on("error", () => {});
    this.socket.once("close", () => this.closed());
  }

  get busy(): boolean {
    return this.request !== undefined;
  }

  send(request: Request, text: string, now: Millis): void {
    this.request = request;
    this.sentAt = now;
    this.socket.write(text, "latin1");
  }

  /** Gives the request up. */
  expire(): void {
    this.fail("timeout");
  }

  destroy(): void {
    this.socket.destroy();
  }

  private read(octets: number): void {
    let bytes = READ_BUFFER;
    let end = octets;
    if (this.partial !== undefined) {
      bytes = Buffer.concat([this.partial, READ_BUFFER.subarray(0, octets)]);
      end = bytes.length;
      this.partial = undefined;
    }
    let at = 0;
    while (at < end) {
      if (this.request === undefined) return this.fail("protocol");
      const next = this.inBody ? this.readBody(bytes, at, end) : this.readHead(bytes, at, end);
      if (next === FAULT) return this.fail("protocol");
      if (next === INCOMPLETE) {
        this.partial = Buffer.from(bytes.subarray(at, end));
        return;
      }
      at = next;
      if (this.socket.destroyed) return;
    }
  }

  private readHead(bytes: Buffer, start: number, end: number): number {
    HEAD.reset();
    const next = scanResponse(HEAD, bytes, start, end);
    if (next <= 0) return next;
    const { framing } = this;
    if (!framing.readResponse(HEAD, "GET")) return FAULT;
    if (HEAD.status < 200) return next;
    this.keepAlive = HEAD.minorVersion === 1 && framing.kind !== "until-close" && !saysClose(HEAD);
    if (framing.kind === "none") {
      this.finish(HEAD);
      return next;
    }
    this.inBody = true;
    this.left = framing.kind === "length" ? framing.length : 0;
    if (framing.kind === "chunked") this.scanner.start(false, false);
    if (framing.kind === "length" && end - next >= this.left) {
      this.inBody = false;
      const { left } = this;
      this.finish(HEAD);
      return next + left;
    }
    this.kept = new MessageHead();
    this.kept.text = HEAD.text;
    this.kept.status = HEAD.status;
    return next;
  }

  private readBody(bytes: Buffer, at: number, end: number): number {
    const { kind } = this.framing;
    if (kind === "until-close") return end;
    if (kind === "chunked") {
      const next = this.scanner.scan(bytes, at, end);
      if (next < 0) return FAULT;
      if (this.scanner.done) this.finishKept();
      return next;
    }
    const take = Math.min(this.left, end - at);
    this.left -= take;
    if (this.left === 0) this.finishKept();
    return at + take;
  }

  private finishKept(): void {
    const { kept } = this;
    this.inBody = false;
    this.kept = undefined;
    if (kept !== undefined) this.finish(kept);
  }

  private finish(head: MessageHead): void {
    const { request } = this;
    this.request = undefined;
    if (request === undefined) return;
    if (!this.keepAlive) this.socket.destroy();
    this.events.onAnswer(this, request, head, this.keepAlive);
  }

  private fail(failure: Failure): void {
    const { request } = this;
    this.request = undefined;
    this.socket.destroy();
    if (request !== undefined) this.events.onFailure(this, request, failure);
  }

  private closed(): void {
    if (this.inBody && this.framing.kind === "until-close" && this.request !== undefined) this.finishKept();
    else this.fail(this.connected ? "reset" : "connect");
    this.events.onClose(this);
  }
}

function saysClose(head: MessageHead): boolean {
  const at = head.indexOfKind(FIELD.CONNECTION);
  return at >= 0 && /(?:^|,)[\t ]*close[\t ]*(?:,|$)/i.test(head.value(at));
}
