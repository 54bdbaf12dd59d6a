import type { Socket } from "node:net";
import type { FinishedConnection } from "../exchange/finished-connection.ts";
import type { Outcome } from "../exchange/outcome.ts";
import type { Clock, Millis } from "../shared/clock.ts";
import type { ErrorCode } from "../shared/errors/gateway-error.ts";
import { proxyHeader } from "../shared/proxy-protocol/encode.ts";
import type { ProxyAddresses } from "../shared/proxy-protocol/proxy-addresses.ts";
import { SSL_REQUEST, TAKES_TLS } from "./postgres-tls.ts";
import { isLease, type Lease, type StreamService, type Waiter } from "./stream-service.ts";
import { dialFault, dialTcp } from "./tcp-dial.ts";
import { type RelayEnd, TcpRelay } from "./tcp-relay.ts";

/** What a connection is about. */
export interface TcpSubject {
  readonly connectionId: string;
  /** Of the listener. */
  readonly port: number;
  /** Both ends of the client's connection, as far as they are known. */
  readonly addresses: ProxyAddresses;
  readonly service: StreamService;
  readonly serverName: string | undefined;
  /** The endpoint is to be asked for TLS in PostgreSQL's way, as the client has asked. */
  readonly postgres: boolean;
  /** On the gateway's clock and on the wall clock: when it was accepted. */
  readonly begunAt: Millis;
  readonly startedAt: Millis;
}

/** One client's connection, from when it is known where it goes: finds an endpoint that takes it, and relays. */
export class TcpConnection implements Waiter {
  private readonly client: Socket;
  private readonly subject: TcpSubject;
  private readonly clock: Clock;
  private readonly onFinish: (connection: TcpConnection, finished: FinishedConnection) => void;
  /** What the client has sent before there was an endpoint. */
  private first: Buffer;
  private readonly tried: string[] = [];
  private lease: Lease | undefined;
  private endpointId: string | undefined;
  private attempts = 0;
  private endpoint: Socket | undefined;
  private relay: TcpRelay | undefined;
  /** Of a connection that is waited for, or of a service that starts; 0 for none. */
  private deadline: Millis = 0;
  private dialledAt: Millis = 0;
  private retry: NodeJS.Timeout | undefined;
  private connectMs: Millis = -1;
  private over = false;
  /** In the service, as far as its limits go. */
  private place: "outside" | "waits" | "inside" = "outside";

  /** @param client paused; nothing of it is read before there is an endpoint */
  constructor(
    client: Socket,
    first: Buffer,
    subject: TcpSubject,
    clock: Clock,
    onFinish: (connection: TcpConnection, finished: FinishedConnection) => void,
  ) {
    this.client = client;
    this.first = first;
    this.subject = subject;
    this.clock = clock;
    this.onFinish = onFinish;
    client.on("close", this.onClientClose);
  }

  /** Looks for an endpoint, once there is room for one more. */
  begin(): void {
    const { places } = this.subject.service;
    const admitted = places?.admit(this) ?? "enter";
    if (admitted === "enter") return this.enter();
    if (admitted === "full") return this.noRoom();
    this.place = "waits";
    this.deadline = this.clock.now() + (places?.queueTimeout ?? 0);
  }

  enter(): void {
    const { service } = this.subject;
    this.place = "inside";
    if (!service.starting || service.hold === 0) return this.tryNext();
    this.deadline = this.clock.now() + service.hold;
  }

  private noRoom(): void {
    this.end({ outcome: "error", code: "GW0313", reason: `service ${this.subject.service.name} has no room` });
  }

  private readonly onClientClose = (): void => {
    if (this.relay === undefined) this.end({ outcome: "cancelled", reason: "the client left" });
  };

  private tryNext(): void {
    const { service, addresses } = this.subject;
    const answer = service.acquire(addresses.sourceIp, this.tried);
    if (!isLease(answer)) return this.end({ outcome: "error", ...answer });
    this.lease = answer;
    this.endpointId = answer.id;
    this.attempts++;
    this.dialledAt = this.clock.now();
    this.deadline = this.dialledAt + service.connectTimeout;
    const endpoint = dialTcp(answer, this.onEndpointRead);
    this.endpoint = endpoint;
    endpoint.once("error", this.onDialError);
    endpoint.once("connect", this.onConnected);
    endpoint.once("end", this.onDialEnd);
  }

  private readonly onDialError = (error: NodeJS.ErrnoException): void =>
    this.dialFailed(error.syscall === "getaddrinfo" ? "GW0308" : "GW0301", dialFault(error));

  private readonly onDialEnd = (): void => this.dialFailed("GW0311", "it closed the connection when asked for TLS");

  private dialFailed(code: ErrorCode, reason: string): void {
    const { service } = this.subject;
    this.dropEndpoint();
    this.release("connect-failure", reason);
    const delay = service.retryDelay(this.attempts, this.tried);
    if (delay === undefined) this.end({ outcome: "connect-failure", code, reason });
    else if (delay === 0) this.tryNext();
    else this.retry = setTimeout(() => this.tryNext(), delay);
  }

  private dropEndpoint(): void {
    const { endpoint } = this;
    this.endpoint = undefined;
    this.deadline = 0;
    endpoint?.off("error", this.onDialError);
    endpoint?.off("connect", this.onConnected);
    endpoint?.off("end", this.onDialEnd);
    // It may have more to say of addresses that it is still trying.
    endpoint?.on("error", () => {});
    endpoint?.destroy();
  }

  private readonly onConnected = (): void => {
    const { endpoint, subject } = this;
    if (endpoint === undefined) return;
    const { proxyProtocol } = subject.service;
    if (proxyProtocol !== undefined) endpoint.write(proxyHeader(proxyProtocol, subject.addresses));
    if (subject.postgres) endpoint.write(SSL_REQUEST);
    else this.startRelay(endpoint);
  };

  private readonly onEndpointRead = (octets: number, bytes: Uint8Array): boolean => {
    if (this.relay !== undefined) return this.relay.onEndpointRead(octets, bytes);
    const { endpoint } = this;
    if (endpoint === undefined) return true;
    // More than the one octet would be taken for what the endpoint says by TLS.
    if (octets === 1 && bytes[0] === TAKES_TLS[0]) this.startRelay(endpoint);
    else this.dialFailed("GW0311", "it does not take TLS");
    return true;
  };

  private startRelay(endpoint: Socket): void {
    const { client, first } = this;
    this.deadline = 0;
    this.connectMs = this.clock.now() - this.dialledAt;
    endpoint.off("error", this.onDialError);
    endpoint.off("end", this.onDialEnd);
    client.off("close", this.onClientClose);
    this.relay = new TcpRelay(client, endpoint, this.subject.service.idleTimeout, (end) => this.end(end));
    this.first = NOTHING;
    this.relay.start(first);
  }

  /** One step of the coarse timer. */
  sweep(now: Millis): void {
    if (this.relay !== undefined) return this.relay.sweep(now);
    if (this.deadline === 0) return;
    const { service } = this.subject;
    if (this.place === "waits") {
      if (now >= this.deadline) this.noRoom();
    } else if (this.lease === undefined && !service.starting) {
      this.deadline = 0;
      this.tryNext();
    } else if (now >= this.deadline) {
      if (this.lease !== undefined)
        return this.dialFailed("GW0305", `no connection within ${service.connectTimeout} ms`);
      this.end({ outcome: "timeout", code: "GW0309", reason: `${service.name} was not ready in time` });
    }
  }

  /** Ends it in the middle: the gateway stops. */
  cut(): void {
    const reason = "the gateway stopped";
    if (this.relay !== undefined) this.relay.cut({ outcome: "cancelled", reason });
    else this.end({ outcome: "cancelled", reason });
  }

  private release(outcome: Outcome, reason: string | undefined): void {
    const { lease } = this;
    if (lease === undefined) return;
    this.lease = undefined;
    if (outcome !== "ok" && outcome !== "cancelled") this.tried.push(lease.id);
    lease.release(outcome, this.connectMs, reason);
  }

  private end(end: RelayEnd & { readonly code?: ErrorCode }): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.retry);
    if (this.relay === undefined) this.dropEndpoint();
    this.client.off("close", this.onClientClose);
    // Nobody should take it for the end of a conversation.
    if (!this.client.destroyed) this.client.resetAndDestroy();
    this.release(end.outcome, end.reason);
    if (this.place === "waits") this.subject.service.places?.giveUp(this);
    else if (this.place === "inside") this.subject.service.places?.leave();
    this.onFinish(this, this.describe(end));
  }

  private describe({ outcome, reason, code }: RelayEnd & { readonly code?: ErrorCode }): FinishedConnection {
    const { subject, relay } = this;
    const { connectionId, port, serverName, service, addresses, begunAt, startedAt } = subject;
    return {
      connectionId,
      protocol: "tcp",
      port,
      serverName,
      serviceName: service.name,
      endpointId: this.endpointId,
      attempts: this.attempts,
      clientIp: addresses.sourceIp,
      clientPort: addresses.sourcePort,
      outcome,
      code: code ?? (outcome === "reset" ? "GW0303" : undefined),
      reason,
      startedAt,
      durationMs: this.clock.now() - begunAt,
      requestBytes: relay?.octetsToEndpoint ?? 0,
      responseBytes: relay?.octetsToClient ?? 0,
    };
  }
}

const NOTHING = Buffer.alloc(0);
