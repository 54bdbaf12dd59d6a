import { constants, createHash, hkdfSync, randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { createServer, type SecureContext, type SecureContextOptions, type Server, type TLSSocket } from "node:tls";
import type { Clock, Millis } from "../../shared/clock.ts";
import { backgroundTimers, type Timers } from "../../shared/timers.ts";
import type { CertificateSource, ServerCredentials } from "./certificate-source.ts";
import { HANDSHAKE, peekFirstOctets } from "./first-octets.ts";
import { HandshakeTable } from "./handshake-table.ts";
import { answerPlainHttp, isPlainHttp } from "./plain-http.ts";

/** Makes TLS connections of accepted sockets. */
export interface TlsTermination {
  /**
   * Takes an accepted socket over and shakes hands. Octets that were read of it too early have been unshifted.
   *
   * @param onSecure given the TLS socket; its `alpnProtocol` says what will be spoken. After a handshake that failed or
   *   took too long the socket is ended, and nobody is told
   */
  secure(socket: Socket, onSecure: (socket: TLSSocket) => void): void;
  close(): void;
}

/** One that has to load its certificates before it can be used. */
export interface StartableTermination extends TlsTermination {
  /** @throws GatewayError GW0018, GW0122, GW0015: as its certificates' source */
  start(): Promise<void>;
  /** Handshakes in progress. */
  readonly pending: number;
}

export interface TlsTerminationOptions {
  readonly certificates: CertificateSource;
  /** For the whole handshake, from the moment that the socket is handed over. */
  readonly handshakeTimeout: Millis;
  /** What is offered by ALPN (RFC 7301), the preferred one first. */
  readonly alpnProtocols: readonly string[];
  readonly wallClock: Clock;
  readonly timers?: Timers;
  /** Calls back when one of the files may have changed since it was `ready`. */
  readonly watch?: (
    files: readonly string[],
    onChange: () => void,
  ) => { readonly ready?: Promise<void>; close(): void };
  /**
   * What the keys of session tickets are derived from: processes that share it resume one another's sessions, as long as
   * they have the same certificates and ask for the same of clients. 32 octets; random by default.
   */
  readonly ticketSecret?: Buffer;
  /** Told when other certificates have taken the place of those before; or with why not: those before stay. */
  readonly onReload?: (error?: unknown) => void;
  /** Told of a handshake that failed. */
  readonly onFailure?: (peer: string, error: Error) => void;
}

/** How often it is asked whether certificates have to be renewed. */
const RENEWAL_CHECK: Millis = 3_600_000;
/** How long a client that spoke plain HTTP may take to read the answer. */
const LINGER: Millis = 1_000;

/** A termination with certificates from `certificates`; `start` loads them. */
export function createTlsTermination(options: TlsTerminationOptions): StartableTermination {
  return new Termination(options);
}

class Termination implements StartableTermination {
  private readonly options: TlsTerminationOptions;
  private readonly timers: Timers;
  private readonly ticketSecret: Buffer;
  private readonly handshakes = new HandshakeTable();
  private server: Server | undefined;
  private credentials: ServerCredentials | undefined;
  private watching: ReturnType<NonNullable<TlsTerminationOptions["watch"]>> | undefined;
  private forgetRenewal = (): void => {};
  private loading: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(options: TlsTerminationOptions) {
    this.options = options;
    this.timers = options.timers ?? backgroundTimers;
    this.ticketSecret = options.ticketSecret ?? randomBytes(32);
  }

  get pending(): number {
    return this.handshakes.size;
  }

  async start(): Promise<void> {
    if (this.server !== undefined) return;
    const { certificates, watch } = this.options;
    this.credentials = await certificates.load();
    this.server = this.createServer(this.credentials);
    this.watching = watch?.(certificates.files, () => this.reload());
    this.planRenewal();
    // Else what is written next could be in the first look already, and would never be noticed.
    await this.watching?.ready;
  }

  /** It never listens: it is handed its connections (node:tls, "Event: 'connection'"). */
  private createServer(credentials: ServerCredentials): Server {
    const { certificates, alpnProtocols } = this.options;
    const server = createServer({
      ...this.contextOptions(credentials),
      ALPNProtocols: [...alpnProtocols],
      requestCert: certificates.requiresClientCertificate,
      rejectUnauthorized: certificates.requiresClientCertificate,
      SNICallback: (name, done) => void this.chooseCertificate(name, done),
    });
    server.on("secureConnection", (socket) => this.handshakes.finish(socket));
    // The socket is ended by the server itself.
    server.on("tlsClientError", (error, socket) => this.options.onFailure?.(socket.remoteAddress ?? "", error));
    return server;
  }

  private contextOptions(credentials: ServerCredentials): SecureContextOptions {
    const { cert, key, minVersion, clientCa, sessionTerms } = credentials;
    // Tickets given out under another certificate, or for a client of another CA, must not open a session here.
    const terms = createHash("sha256")
      .update(JSON.stringify([sessionTerms, minVersion, clientCa]))
      .digest();
    return {
      cert,
      key,
      minVersion,
      ...(clientCa === undefined ? {} : { ca: clientCa }),
      secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
      sessionIdContext: terms.toString("hex", 0, 16),
      ticketKeys: Buffer.from(hkdfSync("sha256", this.ticketSecret, terms, "gatewayctl tickets", 48)),
    };
  }

  /**
   * A client that asks for a name that there is no certificate for is shown the default one, not refused: it then says
   * itself what is wrong, by name, where a handshake that breaks off would look like a gateway that is down.
   */
  private async chooseCertificate(...[name, done]: Parameters<SniCallback>): Promise<void> {
    let context: SecureContext | undefined;
    try {
      context = await this.options.certificates.contextFor(name.toLowerCase());
    } catch (error) {
      return done(error as Error);
    }
    done(null, context);
  }

  secure(socket: Socket, onSecure: (socket: TLSSocket) => void): void {
    const { server } = this;
    // "close" follows; without a listener the process would end.
    socket.on("error", ignore);
    if (server === undefined || this.closed) return void socket.destroy();
    const forget = this.timers.after(this.options.handshakeTimeout, () => socket.destroy());
    if (!this.handshakes.begin(socket, onSecure, forget)) return void socket.destroy();
    peekFirstOctets(socket, (octets) => {
      if (octets[0] === HANDSHAKE) server.emit("connection", socket);
      else this.refuse(socket, octets);
    });
  }

  private refuse(socket: Socket, octets: Buffer): void {
    if (!isPlainHttp(octets)) return void socket.destroy();
    answerPlainHttp(socket, octets);
    const forget = this.timers.after(LINGER, () => socket.destroy());
    socket.once("end", () => socket.destroySoon());
    socket.once("close", forget);
  }

  /** One reload at a time, and none is left out: the last one sees the files as they are. */
  private reload(): void {
    this.loading = this.loading.then(async () => {
      if (this.closed) return;
      try {
        const credentials = await this.options.certificates.load();
        if (this.closed) return;
        this.server?.setSecureContext(this.contextOptions(credentials));
        this.credentials = credentials;
        this.options.onReload?.();
      } catch (error) {
        this.options.onReload?.(error);
      }
    });
  }

  private planRenewal(): void {
    const renewAt = this.credentials?.renewAt;
    if (renewAt === undefined) return;
    this.forgetRenewal = this.timers.after(RENEWAL_CHECK, () => {
      if (this.options.wallClock.now() >= (this.credentials?.renewAt ?? Number.POSITIVE_INFINITY)) this.reload();
      this.planRenewal();
    });
  }

  close(): void {
    this.closed = true;
    this.watching?.close();
    this.forgetRenewal();
    this.handshakes.destroyAll();
  }
}

type SniCallback = (name: string, done: (error: Error | null, context?: SecureContext) => void) => void;

function ignore(): void {}
