import { type AddressInfo, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { type HttpMessage, readHead, readMessage } from "./http-message.ts";

/** A request as an endpoint got it. */
export interface WireRequest extends HttpMessage {
  readonly method: string;
  readonly target: string;
  readonly text: string;
  /** Which connection it came on, and as which request of that connection; from 0. */
  readonly connection: number;
  readonly nth: number;
}

export interface WireBehaviour {
  onConnection?(socket: Socket, connection: number): void;
  /** The head is complete; the body may not be. */
  onHead?(head: Omit<WireRequest, "body" | "trailers" | "text">, socket: Socket): void;
  /** The whole request is there: write whatever is to be answered. */
  onRequest?(request: WireRequest, socket: Socket): void;
}

export interface WireEndpoint {
  readonly port: number;
  readonly url: string;
  readonly requests: WireRequest[];
  /** All that have been accepted, in order; destroyed ones stay. */
  readonly sockets: Socket[];
  /** Connections that the gateway has neither ended nor reset. */
  open(): number;
  /** Stops listening and resets every connection. */
  kill(): Promise<void>;
}

/** A TCP server that reads HTTP/1.1 requests and answers octets, however wrong. Half-closes are left to the test. */
export async function startWireEndpoint(behaviour: WireBehaviour = {}, port = 0): Promise<WireEndpoint> {
  const requests: WireRequest[] = [];
  const sockets: Socket[] = [];
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    const connection = sockets.push(socket) - 1;
    socket.on("error", () => {});
    behaviour.onConnection?.(socket, connection);
    readRequests(socket, connection, behaviour, requests);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  const kill = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  onTestFinished(kill);
  const open = (): number => sockets.filter((socket) => !socket.destroyed && !socket.readableEnded).length;
  return { port: bound, url: `http://127.0.0.1:${bound}`, requests, sockets, open, kill };
}

function readRequests(socket: Socket, connection: number, behaviour: WireBehaviour, requests: WireRequest[]): void {
  let bytes = Buffer.alloc(0);
  let nth = 0;
  let headTold = false;
  socket.on("data", (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (;;) {
      const head = readHead(bytes);
      if (!head) return;
      const [method = "", target = ""] = head.startLine.split(" ");
      const known = { method, target, connection, nth };
      if (!headTold) behaviour.onHead?.({ ...head, ...known }, socket);
      headTold = true;
      const message = readMessage(bytes);
      if (!message) return;
      bytes = bytes.subarray(message.length);
      headTold = false;
      nth++;
      const request = { ...message, ...known, text: message.body.toString("utf8") };
      requests.push(request);
      behaviour.onRequest?.(request, socket);
    }
  });
}

/** A small complete answer. */
export function ok(body: string, fields = ""): string {
  return `HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${fields}\r\n${body}`;
}
