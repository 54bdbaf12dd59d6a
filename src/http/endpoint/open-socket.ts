import { connect, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { certificateError, connectError, type DialError, handshakeError } from "./dial-error.ts";
import type { EndpointTls } from "./endpoint-tls.ts";

/** Called for each chunk read; the bytes are only valid inside the call. Returning false stops the reading. */
export type ReadCallback = (octets: number, buffer: Uint8Array) => boolean;

export interface SocketOptions {
  /** Without it the socket is not read from: what comes waits for whoever takes the socket over. */
  readonly onRead?: ReadCallback | undefined;
  readonly tls?: TlsDial | undefined;
  /** Octets that come before everything else, before TLS too: a PROXY protocol header. */
  readonly preface?: Buffer | undefined;
}

/** TLS to an endpoint. */
export interface TlsDial {
  readonly settings: EndpointTls;
  /** The endpoint's host as configured, whatever address is dialled. */
  readonly host: string;
  /** Offered by ALPN (RFC 7301). */
  readonly protocols: readonly string[];
  /** Of an earlier connection, to be resumed. */
  readonly session: Buffer | undefined;
  readonly onSession: (session: Buffer) => void;
}

export interface SocketEvents {
  /** Each socket as soon as it exists, so that it can be destroyed. */
  onSocket(socket: Socket): void;
  /** HTTP can begin on it. */
  onReady(socket: Socket): void;
  /** @param connected whether there was a TCP connection */
  onFailure(error: DialError, connected: boolean): void;
}

/**
 * One read buffer for every endpoint connection of the process. It is filled and consumed within one callback, so
 * sharing it costs nothing, and spares each read an allocation; large, because bulk bodies pay per read.
 */
const SHARED_READ_BUFFER = Buffer.allocUnsafeSlow(256 * 1024);

/** Connects to one address: TCP, then what comes in front, then TLS where that is asked for. */
export function openSocket(address: string, port: number, options: SocketOptions, events: SocketEvents): void {
  const { tls, preface } = options;
  if (tls !== undefined && preface === undefined) return openTls(address, port, tls, options.onRead, events);
  const onread = tls === undefined ? sharedRead(options.onRead) : undefined;
  const socket = connect({ host: address, port, noDelay: true, ...(onread ? { onread } : {}) });
  const failed = (error: Error): void => {
    socket.destroy();
    events.onFailure(connectError(error), false);
  };
  const proceed = (): void => {
    socket.off("error", failed);
    if (tls === undefined) return events.onReady(socket);
    // What goes wrong from here on, the TLS socket tells.
    socket.on("error", () => {});
    const secure = connectTls({ socket, host: address, ...tlsOptions(tls) });
    readByEvents(secure, options.onRead);
    awaitHandshake(secure, tls, events);
    events.onSocket(secure);
  };
  socket.once("error", failed);
  socket.once("connect", () => {
    if (preface === undefined) return proceed();
    socket.write(preface, (error) => {
      if (!error && !socket.destroyed) proceed();
    });
  });
  events.onSocket(socket);
}

function openTls(
  address: string,
  port: number,
  tls: TlsDial,
  onRead: ReadCallback | undefined,
  events: SocketEvents,
): void {
  const onread = sharedRead(onRead);
  const socket = connectTls({ host: address, port, ...tlsOptions(tls), ...(onread ? { onread } : {}) });
  socket.setNoDelay(true);
  awaitHandshake(socket, tls, events);
  events.onSocket(socket);
}

function tlsOptions({ settings, host, protocols, session }: TlsDial) {
  return {
    secureContext: settings.context,
    rejectUnauthorized: settings.rejectUnauthorized,
    servername: settings.nameFor(host),
    ALPNProtocols: [...protocols],
    ...(session === undefined ? {} : { session }),
  };
}

function awaitHandshake(socket: TLSSocket, tls: TlsDial, events: SocketEvents): void {
  let connected = !socket.connecting;
  const failed = (error: Error): void => {
    socket.destroy();
    if (socket.authorizationError) events.onFailure(certificateError(error), true);
    else events.onFailure(connected ? handshakeError(error) : connectError(error), connected);
  };
  socket.once("connect", () => {
    connected = true;
  });
  socket.on("session", tls.onSession);
  socket.once("error", failed);
  socket.once("secureConnect", () => {
    socket.off("error", failed);
    events.onReady(socket);
  });
}

function sharedRead(callback: ReadCallback | undefined) {
  return callback === undefined ? undefined : { buffer: SHARED_READ_BUFFER, callback };
}

/** Where TLS lies upon a socket that was open before, Node fills no buffer of ours. */
function readByEvents(socket: Socket, onRead: ReadCallback | undefined): void {
  if (onRead === undefined) return;
  socket.on("data", (chunk: Buffer) => {
    if (!onRead(chunk.length, chunk)) socket.pause();
  });
}
