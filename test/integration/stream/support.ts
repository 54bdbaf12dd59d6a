import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import type { FinishedConnection } from "../../../src/exchange/finished-connection.ts";
import type { GatewayOptions } from "../../../src/gateway/gateway.ts";
import { startGateway } from "../../helpers/gateway.ts";

export interface TcpEndpoint {
  readonly server: Server;
  readonly port: number;
  /** As in a config: "tcp://127.0.0.1:12345". */
  readonly url: string;
  /** Connections that have come, in order. */
  readonly sockets: Socket[];
  kill(): Promise<void>;
}

/** A TCP server on a free loopback port, closed when the test ends. */
export async function startTcpEndpoint(
  serve: (socket: Socket) => void = () => {},
  options: { readonly allowHalfOpen?: boolean; readonly host?: string; readonly pauseOnConnect?: boolean } = {},
): Promise<TcpEndpoint> {
  const sockets: Socket[] = [];
  const { host = "127.0.0.1", ...rest } = options;
  const server = createServer({ allowHalfOpen: true, ...rest }, (socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const kill = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  onTestFinished(kill);
  const { port } = server.address() as AddressInfo;
  return { server, port, url: `tcp://${host}:${port}`, sockets, kill };
}

/** Sends back what comes, and its name first. */
export const echo =
  (name = "") =>
  (socket: Socket): void => {
    if (name !== "") socket.write(name);
    socket.pipe(socket);
  };

/** A gateway that has a TCP listener for one service, and what it has told of connections. */
export async function startTcpGateway(
  service: Readonly<Record<string, unknown>>,
  extra: { readonly listener?: object; readonly config?: object; readonly options?: GatewayOptions } = {},
) {
  const connections: FinishedConnection[] = [];
  const started = await startGateway(
    {
      listeners: [{ tcp: 0, service: "app", ...extra.listener }],
      services: { app: service },
      routes: [],
      ...extra.config,
    },
    { ...extra.options, onConnectionFinish: (connection) => void connections.push(connection) },
  );
  return { ...started, connections };
}

export interface TcpClient {
  readonly socket: Socket;
  /** All that has come, as text of one character an octet. */
  text: string;
  ended: boolean;
  closed: boolean;
  error: NodeJS.ErrnoException | undefined;
}

/** Connects, and gathers what comes. */
export function connectTcp(port: number, options: { readonly paused?: boolean } = {}): TcpClient {
  const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
  const client: TcpClient = { socket, text: "", ended: false, closed: false, error: undefined };
  onTestFinished(() => void socket.destroy());
  if (options.paused !== true) {
    socket.on("data", (part: Buffer) => {
      client.text += part.toString("latin1");
    });
  }
  socket.on("end", () => {
    client.ended = true;
  });
  socket.on("close", () => {
    client.closed = true;
  });
  socket.on("error", (error) => {
    client.error = error;
  });
  return client;
}

/** A port of this machine on which nobody listens. */
export async function deadPort(): Promise<number> {
  const endpoint = await startTcpEndpoint();
  await endpoint.kill();
  return endpoint.port;
}
