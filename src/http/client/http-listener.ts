import { createServer, type Server, type Socket } from "node:net";
import type { Clock, Millis } from "../../shared/clock.ts";
import { GatewayError } from "../../shared/errors/gateway-error.ts";
import { ExchangePool } from "../exchange/exchange-pool.ts";
import { ForwardingFields } from "../exchange/forwarding-fields.ts";
import type { ExchangeHandler } from "../exchange/handler.ts";
import type { Limits } from "../schema.ts";
import { ClientConnection } from "./client-connection.ts";

export interface HttpListenerOptions<Marks> {
  /** Addresses to bind. Of several, those that this machine does not have are left out. */
  readonly hosts: readonly string[];
  /** 0 for any free one, the same on all addresses. */
  readonly port: number;
  readonly handler: ExchangeHandler<Marks>;
  readonly limits: Limits;
  readonly clock: Clock;
  /** "gatewayctl-k3v9": this process in Via. */
  readonly instance: string;
  readonly isTrusted: (ip: string) => boolean;
  readonly makeRequestId: () => string;
}

/** Accepts HTTP/1.x clients on one port. */
export class HttpListener<Marks> {
  readonly handler: ExchangeHandler<Marks>;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly exchanges: ExchangePool<Marks>;
  readonly makeRequestId: () => string;
  readonly hosts: readonly string[];
  private readonly options: HttpListenerOptions<Marks>;
  private readonly servers: Server[] = [];
  private readonly connections = new Set<ClientConnection<Marks>>();
  private readonly perAddress = new Map<string, number>();
  private boundPort: number;
  draining = false;
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
    this.sweptAt = options.clock.now();
  }

  get port(): number {
    return this.boundPort;
  }

  get connectionCount(): number {
    return this.connections.size;
  }

  /** Is anything still on its way to a client? */
  get isSending(): boolean {
    for (const connection of this.connections) if (connection.isSending) return true;
    return false;
  }

  /** @throws GatewayError GW0010 (port in use), GW0013 (address cannot be bound) */
  async listen(): Promise<void> {
    let bound = 0;
    for (const host of this.options.hosts) {
      try {
        await this.bind(host);
        bound++;
      } catch (error) {
        // ::1 is missing on machines without IPv6; 127.0.0.1 alone will do there.
        if (isAbsentAddress(error) && this.options.hosts.length > 1) continue;
        await this.close();
        throw bindError(error, host, this.boundPort);
      }
    }
    if (bound === 0) throw bindError(undefined, this.options.hosts.join(", "), this.boundPort);
  }

  private bind(host: string): Promise<void> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.accept(socket));
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port: this.boundPort, ipv6Only: host === "::" }, () => {
        server.off("error", reject);
        // Accepting can fail for want of file descriptors; the listener goes on.
        server.on("error", () => {});
        const address = server.address();
        if (typeof address === "object" && address !== null) this.boundPort = address.port;
        this.servers.push(server);
        resolve();
      });
    });
  }

  private accept(socket: Socket): void {
    const peerIp = plainAddress(socket.remoteAddress ?? "");
    if (this.draining || !this.admit(peerIp)) return void socket.destroy();
    const facts = {
      peerIp,
      peerTrusted: this.options.isTrusted(peerIp),
      isTrusted: this.options.isTrusted,
      scheme: "http" as const,
      port: this.boundPort,
      instance: this.options.instance,
      development: this.options.hosts.every(isLoopback),
    };
    this.connections.add(new ClientConnection(socket, this, new ForwardingFields(facts)));
    if (!isLoopback(peerIp)) {
      this.perAddress.set(peerIp, (this.perAddress.get(peerIp) ?? 0) + 1);
      socket.once("close", () => this.leave(peerIp));
    }
  }

  private admit(peerIp: string): boolean {
    if (this.connections.size >= this.limits.connections) return false;
    return isLoopback(peerIp) || (this.perAddress.get(peerIp) ?? 0) < this.limits.connectionsPerIp;
  }

  private leave(peerIp: string): void {
    const left = (this.perAddress.get(peerIp) ?? 1) - 1;
    if (left > 0) this.perAddress.set(peerIp, left);
    else this.perAddress.delete(peerIp);
  }

  forget(connection: ClientConnection<Marks>): void {
    this.connections.delete(connection);
  }

  /** One step of the coarse timer. */
  sweep(now: Millis): void {
    this.sweptAt = now;
    for (const connection of this.connections) connection.sweep(now);
  }

  /** Takes nothing new: no connection is accepted, idle ones end, the others end after their exchange. */
  drain(): void {
    this.draining = true;
    for (const server of this.servers) server.close();
    for (const connection of [...this.connections]) if (connection.isIdle) connection.closeLingering();
  }

  /** Ends everything at once. */
  async close(): Promise<void> {
    this.draining = true;
    const closed = this.servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
    for (const connection of [...this.connections]) connection.socket.destroy();
    this.servers.length = 0;
    await Promise.all(closed);
  }
}

/** "::ffff:127.0.0.1" is 127.0.0.1. */
function plainAddress(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
}

function isLoopback(ip: string): boolean {
  return ip.startsWith("127.") || ip === "::1";
}

function isAbsentAddress(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT";
}

function bindError(cause: unknown, host: string, port: number): GatewayError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === "EADDRINUSE") return new GatewayError("GW0010", `Port ${port} is in use.`, { cause });
  return new GatewayError("GW0013", `${host}:${port} cannot be bound${code ? ` (${code})` : ""}.`, { cause });
}
