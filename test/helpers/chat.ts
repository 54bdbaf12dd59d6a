import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { onTestFinished } from "vitest";
import { type ClientOptions, type ServerOptions, WebSocket, WebSocketServer } from "ws";

export interface Chat {
  readonly url: string;
  readonly server: WebSocketServer;
  /** The raw sockets of those who joined. */
  readonly sockets: Socket[];
  /** How the sockets of those who left were closed. */
  readonly closed: { code: number; reason: string }[];
  /** Stops listening and ends every connection, as a killed process would. */
  kill(): void;
}

export interface ChatOptions extends ServerOptions {
  readonly listen?: string;
  /** In place of a plain HTTP server. */
  readonly http?: Server;
  /** In place of sending back whatever comes. */
  readonly onJoin?: (socket: WebSocket) => void;
}

/** A WebSocket server that sends back whatever it is sent; closed when the test ends. */
export async function startChat(options: ChatOptions = {}): Promise<Chat> {
  const { listen = "127.0.0.1", http = createServer(), onJoin = echo, ...rest } = options;
  const server = new WebSocketServer({ server: http, ...rest });
  const sockets: Socket[] = [];
  const closed: { code: number; reason: string }[] = [];
  server.on("connection", (socket, request) => {
    sockets.push(request.socket);
    socket.on("error", () => {});
    socket.on("close", (code, reason) => closed.push({ code, reason: reason.toString() }));
    onJoin(socket);
  });
  await new Promise<void>((resolve) => http.listen(0, listen, resolve));
  const kill = (): void => {
    http.close();
    http.closeAllConnections();
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(kill);
  const host = listen.includes(":") ? "localhost" : listen;
  const scheme = "setSecureContext" in http ? "https" : "http";
  return { url: `${scheme}://${host}:${(http.address() as AddressInfo).port}`, server, sockets, closed, kill };
}

function echo(socket: WebSocket): void {
  socket.on("message", (data, binary) => socket.send(data, { binary }));
}

export interface Talker {
  readonly socket: WebSocket;
  readonly heard: Buffer[];
  closed: { code: number; reason: string } | undefined;
}

export interface JoinOptions extends ClientOptions {
  readonly path?: string;
  readonly protocols?: string[];
  /** `wss:` instead of `ws:`. */
  readonly tls?: boolean;
}

/** The socket below a WebSocket, which `ws` does not show. */
export function rawSocket(socket: WebSocket): Socket {
  return (socket as unknown as { _socket: Socket })._socket;
}

/**
 * Opens a WebSocket through the gateway at this port; terminated when the test ends.
 * @throws Error when it is refused, with what `ws` says about it
 */
export async function join(port: number, options: JoinOptions = {}): Promise<Talker> {
  const { path = "/chat", protocols = [], tls = false, ...rest } = options;
  const socket = new WebSocket(`${tls ? "wss" : "ws"}://127.0.0.1:${port}${path}`, protocols, rest);
  const talker: Talker = { socket, heard: [], closed: undefined };
  socket.on("message", (data: Buffer) => talker.heard.push(data));
  const opened = new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  // Of one that is open, "close" tells.
  socket.on("error", () => {});
  socket.on("close", (code, reason) => {
    talker.closed = { code, reason: reason.toString() };
  });
  onTestFinished(() => socket.terminate());
  await opened;
  return talker;
}
