import type { Socket } from "node:dgram";
import { lookup } from "node:dns";
import { isIP } from "node:net";
import type { FinishedConnection } from "../exchange/finished-connection.ts";
import type { Outcome } from "../exchange/outcome.ts";
import type { Clock, Millis } from "../shared/clock.ts";
import type { ErrorCode } from "../shared/errors/gateway-error.ts";
import { isLease, type Lease, type StreamService, type Waiter } from "./stream-service.ts";
import { openUdp } from "./udp-socket.ts";

/** Whose session it is. */
export interface UdpSubject {
  readonly connectionId: string;
  /** Of the listener. */
  readonly port: number;
  readonly clientIp: string;
  readonly clientPort: number;
  readonly service: StreamService;
  readonly begunAt: Millis;
  readonly startedAt: Millis;
}

export interface UdpSessionEvents {
  /** A datagram for the client; its bytes stay valid. */
  onReply(datagram: Buffer): void;
  onFinish(finished: FinishedConnection): void;
}

/** Datagrams that wait for a name to be looked up; those that come too many are dropped, as any network may. */
const WAITING = 16;
/** Octets on their way to the endpoint beyond which more are dropped. */
const MAX_UNSENT = 1024 * 1024;
/** How long after a datagram an answer is thought to be on its way. */
const ANSWER_TIME: Millis = 1_000;

/**
 * What goes on between one address and port of a client and an endpoint. It has a socket of its own towards the
 * endpoint, so that answers find their way back, and the system tells it when nobody is there (ICMP port unreachable).
 * Then, as long as the endpoint has said nothing yet, another one gets the last datagram.
 */
export class UdpSession implements Waiter {
  private readonly subject: UdpSubject;
  private readonly clock: Clock;
  private readonly events: UdpSessionEvents;
  private readonly tried: string[] = [];
  private lease: Lease | undefined;
  private endpointId: string | undefined;
  private attempts = 0;
  private socket: Socket | undefined;
  private connected = false;
  /** Addresses of the endpoint that are left to try. */
  private addresses: readonly string[] = [];
  private waiting: Buffer[] = [];
  /** What has not been answered, to be sent to another endpoint if this one is not there. */
  private last: Buffer | undefined;
  private answered = false;
  private sentAt: Millis;
  private active = true;
  private quietSince: Millis;
  private requestBytes = 0;
  private responseBytes = 0;
  over = false;
  /** In the service, as far as its limits go. */
  private inside = false;

  constructor(subject: UdpSubject, clock: Clock, events: UdpSessionEvents) {
    this.subject = subject;
    this.clock = clock;
    this.events = events;
    this.sentAt = this.quietSince = subject.begunAt;
  }

  /** Is an answer likely to be on its way? */
  isWaited(now: Millis): boolean {
    return this.last !== undefined && now - this.sentAt < ANSWER_TIME;
  }

  /** Looks for an endpoint; before the first datagram is given. Where there is no room, nobody waits: UDP loses some. */
  begin(): void {
    const { service } = this.subject;
    const admitted = service.places?.admit(this) ?? "enter";
    if (admitted === "wait") service.places?.giveUp(this);
    if (admitted !== "enter") return this.end("error", "GW0313", `service ${service.name} has no room`);
    this.inside = true;
    this.tryNext();
  }

  enter(): void {}

  private tryNext(): void {
    const { service, clientIp } = this.subject;
    const answer = service.acquire(clientIp, this.tried);
    if (!isLease(answer)) return this.end("error", answer.code, answer.reason);
    this.lease = answer;
    this.endpointId = answer.id;
    this.attempts++;
    resolveHost(answer.host, (addresses, error) => {
      if (this.over || this.lease !== answer) return;
      if (error !== undefined) return this.failed("GW0308", error);
      this.addresses = addresses;
      this.connect(answer.port);
    });
  }

  private connect(port: number): void {
    const [address, ...rest] = this.addresses;
    if (address === undefined) return this.failed("GW0301", "the name has no address");
    this.addresses = rest;
    const socket = openUdp(address);
    this.socket = socket;
    this.connected = false;
    socket.on("message", this.onMessage);
    socket.on("error", (error) => {
      if (this.socket === socket) this.onSocketError(error);
    });
    socket.connect(port, address, (error?: Error) => {
      if (this.socket !== socket) return;
      if (error !== undefined) return this.lost(error.message);
      this.connected = true;
      const { waiting } = this;
      this.waiting = [];
      for (const datagram of waiting) this.pass(datagram);
    });
  }

  /** A datagram of the client; its bytes stay valid. */
  send(datagram: Buffer): void {
    if (this.over) return;
    this.active = true;
    this.requestBytes += datagram.length;
    if (this.connected) this.pass(datagram);
    else if (this.waiting.length < WAITING) this.waiting.push(datagram);
  }

  private pass(datagram: Buffer): void {
    const { socket } = this;
    if (socket === undefined || socket.getSendQueueSize() > MAX_UNSENT) return;
    this.last = datagram;
    this.sentAt = this.clock.now();
    // What went wrong the socket tells with an error event, too, but for a datagram that is too large, which is lost.
    socket.send(datagram, (error) => {
      if (error !== null && this.socket === socket && isAbsence(error)) this.onSocketError(error);
    });
  }

  private readonly onMessage = (datagram: Buffer): void => {
    if (this.over) return;
    this.active = this.answered = true;
    this.last = undefined;
    this.responseBytes += datagram.length;
    this.events.onReply(datagram);
  };

  private onSocketError(error: NodeJS.ErrnoException): void {
    if (!this.over && isAbsence(error)) this.lost(error.message);
  }

  /** Nobody is at this address. */
  private lost(reason: string): void {
    const { last, lease } = this;
    this.closeSocket();
    // Not even the first word was heard: it is sent again to whoever takes the place.
    if (last !== undefined && !this.waiting.includes(last)) this.waiting.unshift(last);
    if (lease !== undefined && this.addresses.length > 0 && !this.answered) return this.connect(lease.port);
    this.failed("GW0301", reason);
  }

  private failed(code: ErrorCode, reason: string): void {
    this.closeSocket();
    const wasAnswered = this.answered;
    this.release(wasAnswered ? "reset" : "connect-failure", reason);
    const delay = wasAnswered ? undefined : this.subject.service.retryDelay(this.attempts, this.tried);
    // Where it would have to wait, the client does: it asks again, as clients of UDP do.
    if (delay === 0) this.tryNext();
    else this.end(wasAnswered ? "reset" : "connect-failure", code, reason);
  }

  /** One step of the coarse timer. */
  sweep(now: Millis): void {
    if (!this.isWaited(now)) this.last = undefined;
    if (this.active) {
      this.active = false;
      this.quietSince = now;
    } else if (now - this.quietSince >= this.subject.service.sessionTimeout) this.finish();
  }

  /** Over in good order: nothing has come for a while, or its place is needed. */
  finish(): void {
    this.end(this.answered || this.requestBytes === 0 ? "ok" : "cancelled", undefined, undefined);
  }

  private closeSocket(): void {
    const { socket } = this;
    this.socket = undefined;
    this.connected = false;
    socket?.close();
  }

  private release(outcome: Outcome, reason: string | undefined): void {
    const { lease } = this;
    if (lease === undefined) return;
    this.lease = undefined;
    if (outcome === "connect-failure") this.tried.push(lease.id);
    lease.release(outcome, -1, reason);
  }

  private end(outcome: Outcome, code: ErrorCode | undefined, reason: string | undefined): void {
    if (this.over) return;
    this.over = true;
    this.closeSocket();
    this.waiting = [];
    this.last = undefined;
    this.release(outcome, reason);
    if (this.inside) this.subject.service.places?.leave();
    const { connectionId, port, service, clientIp, clientPort, begunAt, startedAt } = this.subject;
    this.events.onFinish({
      connectionId,
      protocol: "udp",
      port,
      serverName: undefined,
      serviceName: service.name,
      endpointId: this.endpointId,
      attempts: this.attempts,
      clientIp,
      clientPort,
      outcome,
      code,
      reason,
      startedAt,
      durationMs: this.clock.now() - begunAt,
      requestBytes: this.requestBytes,
      responseBytes: this.responseBytes,
    });
  }
}

/** Nobody is there, or there is no way there. */
function isAbsence({ code }: NodeJS.ErrnoException): boolean {
  return code === "ECONNREFUSED" || code === "EHOSTUNREACH" || code === "ENETUNREACH" || code === "EADDRNOTAVAIL";
}

/** `localhost` means both loopback addresses, as everywhere. */
function resolveHost(host: string, onDone: (addresses: readonly string[], error?: string) => void): void {
  if (host === "localhost") return onDone(["127.0.0.1", "::1"]);
  if (isIP(host) !== 0) return onDone([host]);
  lookup(host, { all: true }, (error, found) => {
    if (error) onDone([], error.message);
    else onDone(found.map(({ address }) => address));
  });
}
