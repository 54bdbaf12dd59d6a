import { createServer, type Server, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { bindEach, isAbsentAddress } from "../../shared/bind-each.ts";
import type { Clock, Millis } from "../../shared/clock.ts";
import type { ClientSide } from "../exchange/client-side.ts";
import { ExchangePool } from "../exchange/exchange-pool.ts";
import { type ConnectionFacts, ForwardingFields } from "../exchange/forwarding-fields.ts";
import type { ExchangeHandler } from "../exchange/handler.ts";
import type { HttpExchange } from "../exchange/http-exchange.ts";
import type { ResponseWriter } from "../exchange/response-writer.ts";
import type { Limits } from "../schema.ts";
import type { TlsTermination } from "../tls/tls-termination.ts";
import { ProxyHeaderLink } from "./proxy-header-link.ts";
import type { ProxyHeader } from "../../shared/proxy-protocol/proxy-addresses.ts";
import { Admission, type ConnectionCounts } from "./admission.ts";
import { ClientConnection } from "./client-connection.ts";
import type { ClientLink } from "./client-link.ts";
import { type ConnectionOrigin, proxiedOrigin, sameOrigin } from "./connection-origin.ts";
import { Http2Connection } from "./http2-connection.ts";
import { Newcomers } from "./newcomers.ts";
import { OpenLinks } from "./open-links.ts";
import { isLoopback, plainAddress } from "./peer-address.ts";
import { listenAt } from "./unix-socket.ts";

/**
 * How many may wait to be accepted. Beyond that the kernel drops them, and they come again a second later; with Node's
 * default of 511 that is what became of a thousand clients at once. It has a limit of its own (net.core.somaxconn).
 */
const BACKLOG = 4096;

export interface HttpListenerOptions<Marks> {
  /** Addresses to bind. Of several, those that this machine does not have are left out. */
  readonly hosts: readonly string[];
  /** 0 for any free one, the same on all addresses. */
  readonly port: number;
  /**
   * A Unix socket in place of the addresses, for whoever stands in front of several gateways: each of its connections begins
   * with a PROXY protocol header, and is believed.
   */
  readonly socketPath?: string | undefined;
  readonly handler: ExchangeHandler<Marks>;
  readonly limits: Limits;
  readonly clock: Clock;
  /** "gatewayctl-k3v9": this process in Via. */
  readonly instance: string;
  readonly isTrusted: (ip: string) => boolean;
  readonly makeRequestId: () => string;
  /** The open connections of all listeners that share the limits; its own alone by default. */
  readonly counts?: ConnectionCounts;
  /** A PROXY protocol header stands in front of each connection. */
  readonly proxyProtocol?: boolean;
  /** Where clients connect by TLS. */
  readonly tls?: TlsTermination | undefined;
}

/** Accepts clients on one port, and serves each by what it speaks. */
export class HttpListener<Marks> {
  readonly handler: ExchangeHandler<Marks>;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly exchanges: ExchangePool<Marks>;
  readonly makeRequestId: () => string;
  readonly hosts: readonly string[];
  private readonly options: HttpListenerOptions<Marks>;
  private readonly servers: Server[] = [];
  private readonly links = new OpenLinks();
  private readonly admission: Admission;
  private boundPort: number;
  /** Of the peer that came last: the next one mostly comes from there, too. */
  private forwarding: ForwardingFields | undefined;
  draining = false;
  private retiring = false;
  /** When the coarse timer last came by: exact enough for how long idle clients are kept. */
  sweptAt: Millis;

  constructor(options: HttpListenerOptions<Marks>) {
    this.options = options;
    this.hosts = options.hosts;
    this.handler = options.handler;
    this.limits = options.limits;
    this.clock = options.clock;
    this.makeRequestId = options.makeRequestId;
    this.boundPort = options.port;
    this.exchanges = new ExchangePool(options.handler);
    this.admission = new Admission(options.limits, options.counts);
    this.sweptAt = options.clock.now();
  }

  get port(): number {
    return this.boundPort;
  }

  get connectionCount(): number {
    return this.admission.count;
  }

  /** Is anything still on its way to a client? */
  get isSending(): boolean {
    for (const link of this.links) if (link.isSending) return true;
    return false;
  }

  /** @throws GatewayError GW0010 (port in use), GW0013 (address cannot be bound) */
  async listen(): Promise<void> {
    const { socketPath } = this.options;
    try {
      if (socketPath !== undefined) {
        this.servers.push(await listenAt(this.createServer(), socketPath));
        return;
      }
      await bindEach(
        this.options.hosts,
        () => this.boundPort,
        (host) => this.bind(host),
      );
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  private bind(host: string): Promise<void> {
    const server = this.createServer();
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port: this.boundPort, backlog: BACKLOG, ipv6Only: host === "::" }, () => {
        server.off("error", reject);
        // Accepting can fail for want of file descriptors; the listener goes on.
        server.on("error", () => {});
        const address = server.address();
        if (typeof address === "object" && address !== null) this.boundPort = address.port;
        if (this.draining) server.close();
        else this.servers.push(server);
        resolve();
      });
    });
  }

  private createServer(): Server {
    const options = { allowHalfOpen: true, noDelay: true };
    const { tls } = this.options;
    const proxyProtocol = this.expectsHeader;
    // What stands in front of the requests there is read before it is known who is served.
    if (tls !== undefined || proxyProtocol) return createServer(options, (socket) => this.accept(socket));
    const newcomers = new Newcomers(this.clock, (socket) => this.accept(socket));
    return createServer({ ...options, pauseOnConnect: true }, (socket) => newcomers.add(socket));
  }

  private get expectsHeader(): boolean {
    return this.options.proxyProtocol === true || this.options.socketPath !== undefined;
  }

  private accept(socket: Socket): void {
    if (this.draining) return void socket.destroy();
    // Beyond a limit, a reset: whoever is overloaded has no time for answers, and the kernel keeps nothing of it.
    if (!this.admission.admit(socket)) return void socket.resetAndDestroy();
    const { tls } = this.options;
    const peerIp = plainAddress(socket.remoteAddress ?? "");
    const origin: ConnectionOrigin = { peerIp, scheme: tls === undefined ? "http" : "https", port: this.boundPort };
    if (this.expectsHeader) this.awaitProxyHeader(socket, origin);
    else this.introduce(socket, origin);
  }

  /** Nothing is read in front of the header, and a peer that is not trusted is not asked for one. */
  private awaitProxyHeader(socket: Socket, own: ConnectionOrigin): void {
    const { socketPath, isTrusted } = this.options;
    if (socketPath === undefined && !isTrusted(own.peerIp)) return void socket.destroy();
    const onGone = (link: ClientLink): void => this.forget(link);
    const onHeader = (link: ClientLink, header: ProxyHeader): void => {
      this.forget(link);
      this.introduce(socket, proxiedOrigin(own, header));
    };
    const deadline = this.clock.now() + this.limits.headerTimeout;
    this.links.add(new ProxyHeaderLink(socket, deadline, { onHeader, onGone }), this.sweptAt);
  }

  /** A connection of which it is known where it comes from. */
  private introduce(socket: Socket, origin: ConnectionOrigin): void {
    if (!this.admission.admitClient(socket, origin.peerIp)) return void socket.resetAndDestroy();
    const { tls } = this.options;
    if (tls === undefined) return this.serve(socket, socket, origin);
    tls.secure(socket, (secured) => this.serve(secured, socket, origin));
  }

  /** A connection on which requests may come; `wire` is the socket that was accepted. */
  private serve(socket: Socket, wire: Socket, origin: ConnectionOrigin): void {
    if (socket.destroyed) return;
    if (this.draining) return void socket.destroy();
    const last = this.forwarding;
    const forwarding =
      last !== undefined && sameOrigin(last.facts, origin) ? last : new ForwardingFields(this.factsOf(origin));
    this.forwarding = forwarding;
    const http2 = (socket as TLSSocket).alpnProtocol === "h2";
    this.links.add(
      http2
        ? new Http2Connection(socket, this, forwarding.facts)
        : new ClientConnection(socket, this, forwarding, wire),
      this.sweptAt,
    );
  }

  /** A connection that was taken for one of HTTP/1.1, until `octets` were read of it. */
  serveHttp2(taken: ClientConnection<Marks>, facts: ConnectionFacts, octets: Buffer): void {
    const { socket } = taken;
    this.links.delete(taken);
    taken.detach();
    socket.pause();
    socket.unshift(octets);
    this.links.add(new Http2Connection(socket, this, facts), this.sweptAt);
  }

  /** Gives an exchange, whose head has been scanned or cleared, the two sides of its client. */
  beginExchange(
    exchange: HttpExchange<Marks>,
    client: ClientSide,
    writer: ResponseWriter,
    forwarding: ForwardingFields,
  ): void {
    const { view } = exchange;
    exchange.body.start(false);
    view.scheme = forwarding.facts.scheme;
    view.clientIp = forwarding.facts.peerIp;
    exchange.begin(client, writer, forwarding, this.clock.now(), this.makeRequestId);
  }

  private factsOf(origin: ConnectionOrigin): ConnectionFacts {
    const { options } = this;
    return {
      ...origin,
      peerTrusted: options.isTrusted(origin.peerIp),
      isTrusted: options.isTrusted,
      instance: options.instance,
      development: options.hosts.every(isLoopback),
    };
  }

  /** Whether another request may come on the connection after the one that is being answered. */
  keeps(link: ClientLink): boolean {
    return !this.draining && !this.retiring && !this.links.isLeaving(link);
  }

  forget(link: ClientLink): void {
    this.links.delete(link);
  }

  /** One step of the coarse timer. */
  sweep(now: Millis): void {
    this.sweptAt = now;
    for (const link of this.links) link.sweep(now);
  }

  /** How many connections have been open for `ms` that `moveOn` could move. */
  countMovable(ms: Millis): number {
    return this.links.countMovable(this.sweptAt - ms);
  }

  /**
   * Leaves connections to the other processes on this port: tells `count` clients, by the next answer on their
   * connection, to come again, and accepts nobody for `restMs`. Nothing in progress is disturbed.
   */
  moveOn(count: number, openFor: Millis, restMs: Millis): void {
    this.links.moveOn(count, this.sweptAt - openFor);
    this.rest(restMs);
  }

  /** Tells every client, by the next answer on its connection, to come again: it comes to another process. */
  retire(): void {
    this.retiring = true;
  }

  private rest(ms: Millis): void {
    for (const server of this.servers.splice(0)) server.close();
    setTimeout(() => void this.resume(ms), ms);
  }

  /** Listens again where it did; tries again later if it cannot. */
  private async resume(retryMs: Millis): Promise<void> {
    for (const host of this.options.hosts) {
      if (this.draining) return;
      const error: unknown = await this.bind(host).catch((reason: unknown) => reason);
      if (error !== undefined && !isAbsentAddress(error)) return this.rest(retryMs);
    }
  }

  /** Takes nothing new: no connection is accepted, idle ones end, the others end after their exchange. */
  drain(): void {
    this.draining = true;
    for (const server of this.servers) server.close();
    for (const link of [...this.links]) link.drain();
  }

  /** Ends everything at once. */
  async close(): Promise<void> {
    this.draining = true;
    const closed = this.servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
    for (const link of [...this.links]) link.destroy();
    this.admission.destroyAll();
    this.options.tls?.close();
    this.servers.length = 0;
    await Promise.all(closed);
  }
}
