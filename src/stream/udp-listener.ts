import type { RemoteInfo, Socket } from "node:dgram";
import type { FinishedConnection } from "../exchange/finished-connection.ts";
import { bindEach } from "../shared/bind-each.ts";
import type { Clock, Millis } from "../shared/clock.ts";
import { GatewayError } from "../shared/errors/gateway-error.ts";
import type { StreamService } from "./stream-service.ts";
import { UdpSession } from "./udp-session.ts";
import { enlargeBuffer, openUdp } from "./udp-socket.ts";

/** Octets on their way to clients beyond which more are dropped. */
const MAX_UNSENT = 4 * 1024 * 1024;
/** How often to look whether a port is free. */
const RETRY: Millis = 1_000;

export interface UdpListenerOptions {
  readonly hosts: readonly string[];
  /** 0 for any free one, the same on all addresses. */
  readonly port: number;
  readonly service: StreamService;
  /** How many sessions there may be. Beyond it the one that has been quiet for longest gives way. */
  readonly sessions: number;
  /**
   * Another process of this gateway may have the port: then it is bound once that one lets go of it. Datagrams of one
   * client would else come now to this and now to that process, which do not know of each other's sessions.
   */
  readonly whenFree: boolean;
  readonly clock: Clock;
  readonly wallClock: Clock;
  readonly makeId: () => string;
  /** Told of every session when it is over. */
  readonly onFinish: (finished: FinishedConnection) => void;
}

/**
 * Takes datagrams on one port. Those of one address and port of a client are a session, which has one endpoint; its
 * answers come from the address that was asked.
 */
export class UdpListener {
  readonly kind = "udp" as const;
  readonly hosts: readonly string[];
  private readonly options: UdpListenerOptions;
  private readonly sockets: Socket[] = [];
  /** By the client's address and port and the socket that was asked; the one that has been quiet for longest first. */
  private readonly sessions = new Map<string, UdpSession>();
  private boundPort: number;
  private draining = false;
  /** When to look again whether the port is free. */
  private tryAt: Millis | undefined;

  constructor(options: UdpListenerOptions) {
    this.options = options;
    this.hosts = options.hosts;
    this.boundPort = options.port;
  }

  get port(): number {
    return this.boundPort;
  }

  get connectionCount(): number {
    return this.sessions.size;
  }

  /** Sessions in which an answer is likely to be on its way. */
  get active(): number {
    const now = this.options.clock.now();
    let count = 0;
    for (const session of this.sessions.values()) if (session.isWaited(now)) count++;
    return count;
  }

  /** @throws GatewayError GW0010 (port in use), GW0013 (address cannot be bound) */
  async listen(): Promise<void> {
    try {
      await bindEach(
        this.hosts,
        () => this.boundPort,
        (host) => this.bind(host),
      );
    } catch (error) {
      await this.closeSockets();
      if (!this.options.whenFree || !(error instanceof GatewayError) || error.code !== "GW0010") throw error;
      this.tryAt = this.options.clock.now() + RETRY;
    }
  }

  private bind(host: string): Promise<void> {
    const socket = openUdp(host);
    const place = this.sockets.length;
    return new Promise((resolve, reject) => {
      const failed = (error: Error): void => {
        socket.close();
        reject(error);
      };
      socket.once("error", failed);
      socket.bind({ address: host, port: this.boundPort, exclusive: true }, () => {
        socket.off("error", failed);
        // What cannot be delivered to a client is lost, as datagrams may be.
        socket.on("error", () => {});
        socket.on("message", (datagram, from) => this.onMessage(socket, place, datagram, from));
        enlargeBuffer(socket);
        this.boundPort = socket.address().port;
        if (this.draining) socket.close();
        else this.sockets.push(socket);
        resolve();
      });
    });
  }

  private onMessage(socket: Socket, place: number, datagram: Buffer, { address, port }: RemoteInfo): void {
    const key = `${place} ${address} ${port}`;
    let session = this.sessions.get(key);
    if (session === undefined) {
      if (this.draining) return;
      session = this.open(socket, key, address, port);
    } else {
      // The last place is that of the one that spoke last.
      this.sessions.delete(key);
      this.sessions.set(key, session);
    }
    session.send(datagram);
  }

  private open(socket: Socket, key: string, clientIp: string, clientPort: number): UdpSession {
    const { sessions, options } = this;
    if (sessions.size >= options.sessions) sessions.values().next().value?.finish();
    const { service, clock, wallClock } = options;
    const subject = {
      connectionId: options.makeId(),
      port: this.boundPort,
      clientIp,
      clientPort,
      service,
      begunAt: clock.now(),
      startedAt: wallClock.now(),
    };
    const session = new UdpSession(subject, clock, {
      onReply: (datagram) => {
        if (socket.getSendQueueSize() <= MAX_UNSENT) socket.send(datagram, clientPort, clientIp, () => {});
      },
      onFinish: (finished) => {
        sessions.delete(key);
        options.onFinish(finished);
      },
    });
    sessions.set(key, session);
    session.begin();
    return session;
  }

  /** One step of the coarse timer. */
  sweep(now: Millis): void {
    for (const session of this.sessions.values()) session.sweep(now);
    if (this.draining) {
      if (this.active === 0) void this.closeSockets();
    } else if (this.tryAt !== undefined && now >= this.tryAt) {
      this.tryAt = undefined;
      // What else may be wrong with the address was right before, and may be again.
      this.listen().catch(() => {
        this.tryAt = this.options.clock.now() + RETRY;
      });
    }
  }

  /** Nobody new is served; answers that are on their way find their clients. */
  drain(): void {
    this.draining = true;
  }

  /** Ends everything at once. */
  async close(): Promise<void> {
    this.draining = true;
    for (const session of [...this.sessions.values()]) session.finish();
    await this.closeSockets();
  }

  private async closeSockets(): Promise<void> {
    const closed = this.sockets.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve())));
    this.sockets.length = 0;
    await Promise.all(closed);
  }
}
