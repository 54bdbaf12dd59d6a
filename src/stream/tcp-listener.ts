import { createServer, type Server, type Socket } from "node:net";
import type { FinishedConnection } from "../exchange/finished-connection.ts";
import { bindEach } from "../shared/bind-each.ts";
import type { Clock, Millis } from "../shared/clock.ts";
import type { ProxyAddresses } from "../shared/proxy-protocol/proxy-addresses.ts";
import { Front, type FrontFacts } from "./front.ts";
import type { StreamService } from "./stream-service.ts";
import { TcpConnection } from "./tcp-connection.ts";

/** As of listeners for HTTP: how many may wait to be accepted. */
const BACKLOG = 4096;
/** How long a client may take to say by TLS where it wants to go. */
const HELLO_TIME: Millis = 5_000;
/** A fatal alert, unrecognized_name (RFC 6066 section 3): nobody is here of that name. */
const UNRECOGNIZED_NAME = Buffer.from([21, 3, 3, 0, 2, 2, 112]);

/** Where a connection goes: always to one service, or by the name in its TLS handshake. */
export type Destination =
  | { readonly by: "listener"; readonly service: StreamService }
  | { readonly by: "server-name"; readonly find: (serverName: string | undefined) => StreamService | undefined };

/** How many connections there may be. */
export interface Gatekeeper {
  /** Those that are open. */
  readonly count: number;
  /** Counts a connection until it closes; false if there are too many. */
  admit(socket: Socket): boolean;
  /** Counts an admitted connection for the client that it comes from; false if it has too many. */
  admitClient(socket: Socket, ip: string): boolean;
  destroyAll(): void;
}

export interface TcpListenerOptions {
  /** Addresses to bind. Of several, those that this machine does not have are left out. */
  readonly hosts: readonly string[];
  /** 0 for any free one, the same on all addresses. */
  readonly port: number;
  readonly destination: Destination;
  /** A PROXY protocol header stands in front of each connection. */
  readonly proxyProtocol: boolean;
  /** How long that may take. */
  readonly headerTimeout: Millis;
  readonly isTrusted: (ip: string) => boolean;
  readonly gatekeeper: Gatekeeper;
  readonly clock: Clock;
  readonly wallClock: Clock;
  readonly makeId: () => string;
  /** Told of every connection that was admitted, when it is over. */
  readonly onFinish: (finished: FinishedConnection) => void;
}

interface Newcomer {
  readonly socket: Socket;
  readonly peer: ProxyAddresses;
  readonly begunAt: Millis;
  readonly startedAt: Millis;
}

/** Accepts clients of layer 4 on one port, and connects each with an endpoint. */
export class TcpListener {
  readonly kind = "tcp" as const;
  readonly hosts: readonly string[];
  private readonly options: TcpListenerOptions;
  private readonly servers: Server[] = [];
  private readonly fronts = new Set<Front>();
  private readonly connections = new Set<TcpConnection>();
  private boundPort: number;
  private draining = false;

  constructor(options: TcpListenerOptions) {
    this.options = options;
    this.hosts = options.hosts;
    this.boundPort = options.port;
  }

  get port(): number {
    return this.boundPort;
  }

  get connectionCount(): number {
    return this.options.gatekeeper.count;
  }

  /** Connections that have come so far that it is known where they go. */
  get active(): number {
    return this.connections.size;
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
      await this.close();
      throw error;
    }
  }

  private bind(host: string): Promise<void> {
    const options = { allowHalfOpen: true, noDelay: true, pauseOnConnect: true };
    const server = createServer(options, (socket) => this.accept(socket));
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port: this.boundPort, backlog: BACKLOG, ipv6Only: host === "::" }, () => {
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
    const { options } = this;
    if (this.draining || !options.gatekeeper.admit(socket)) return void socket.resetAndDestroy();
    // "close" follows and does the work; without a listener the process would end.
    socket.on("error", () => {});
    const newcomer: Newcomer = {
      socket,
      peer: {
        sourceIp: plain(socket.remoteAddress),
        sourcePort: socket.remotePort ?? 0,
        destinationIp: plain(socket.localAddress),
        destinationPort: socket.localPort ?? this.boundPort,
      },
      begunAt: options.clock.now(),
      startedAt: options.wallClock.now(),
    };
    const { destination, proxyProtocol } = options;
    if (proxyProtocol && !options.isTrusted(newcomer.peer.sourceIp)) return void socket.resetAndDestroy();
    if (proxyProtocol || destination.by === "server-name") this.readFront(newcomer);
    else this.connect(newcomer, NO_FRONT);
  }

  private readFront(newcomer: Newcomer): void {
    const { socket, begunAt } = newcomer;
    const { destination, proxyProtocol, headerTimeout } = this.options;
    const clientHello = destination.by === "server-name";
    const deadline = begunAt + (clientHello ? HELLO_TIME : headerTimeout);
    const front = new Front(socket, { proxyHeader: proxyProtocol, clientHello }, deadline, {
      onRead: (facts) => {
        this.fronts.delete(front);
        this.connect(newcomer, facts);
      },
      onFault: (_, fault) => {
        this.fronts.delete(front);
        this.refuse(newcomer, undefined, fault);
        socket.resetAndDestroy();
      },
      onGone: () => {
        this.fronts.delete(front);
        this.refuse(newcomer, undefined, "the client left");
      },
    });
    this.fronts.add(front);
    front.begin();
  }

  private connect(newcomer: Newcomer, facts: FrontFacts): void {
    const { options } = this;
    const { socket, peer, begunAt, startedAt } = newcomer;
    const { serverName, postgres, rest } = facts;
    const addresses = facts.addresses ?? peer;
    if (!options.gatekeeper.admitClient(socket, addresses.sourceIp)) return void socket.resetAndDestroy();
    const { destination } = options;
    const service = destination.by === "listener" ? destination.service : destination.find(serverName);
    if (service === undefined) {
      this.refuse({ ...newcomer, peer: addresses }, serverName, `no service of the name ${serverName ?? "(none)"}`);
      return void socket.end(UNRECOGNIZED_NAME, () => socket.destroy());
    }
    const connectionId = options.makeId();
    const known = { addresses, service, serverName, postgres };
    const subject = { connectionId, port: this.boundPort, ...known, begunAt, startedAt };
    const connection = new TcpConnection(socket, rest, subject, options.clock, (ended, finished) => {
      this.connections.delete(ended);
      options.onFinish(finished);
    });
    this.connections.add(connection);
    connection.begin();
  }

  /** Tells of a connection that has come nowhere. */
  private refuse({ peer, begunAt, startedAt }: Newcomer, serverName: string | undefined, reason: string): void {
    this.options.onFinish({
      connectionId: this.options.makeId(),
      protocol: "tcp",
      port: this.boundPort,
      serverName,
      serviceName: undefined,
      endpointId: undefined,
      attempts: 0,
      clientIp: peer.sourceIp,
      clientPort: peer.sourcePort,
      outcome: "cancelled",
      code: undefined,
      reason,
      startedAt,
      durationMs: this.options.clock.now() - begunAt,
      requestBytes: 0,
      responseBytes: 0,
    });
  }

  /** One step of the coarse timer. */
  sweep(now: Millis): void {
    for (const front of this.fronts) front.sweep(now);
    for (const connection of this.connections) connection.sweep(now);
  }

  /** Accepts nobody any more; those who are connected may end. */
  drain(): void {
    this.draining = true;
    for (const server of this.servers) server.close();
  }

  /** Ends everything at once. */
  async close(): Promise<void> {
    this.draining = true;
    const closed = this.servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
    this.servers.length = 0;
    for (const connection of [...this.connections]) connection.cut();
    this.options.gatekeeper.destroyAll();
    await Promise.all(closed);
  }
}

const NO_FRONT: FrontFacts = { addresses: undefined, serverName: undefined, postgres: false, rest: Buffer.alloc(0) };

/** "::ffff:127.0.0.1" is 127.0.0.1. */
function plain(address = ""): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
}
