import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { type HttpMessage, readHead, readMessage } from "./http-message.ts";
import { until } from "./eventually.ts";

export interface WireResponse extends HttpMessage {
  readonly status: number;
  readonly text: string;
}

/** A client that writes octets and says what came back, octet for octet. */
export interface WireClient {
  readonly socket: Socket;
  send(octets: string | Buffer): void;
  /** What came and has not been taken by `response` or `informational`. */
  received(): Buffer;
  /** The next final response, 1xx before it dropped; `method` HEAD has no body. */
  response(method?: string, withinMs?: number): Promise<WireResponse>;
  /** The next head, a 1xx included, and nothing behind it. */
  informational(): Promise<WireResponse>;
  /** The gateway has ended its side; true if orderly. */
  readonly ended: boolean;
  readonly closed: boolean;
  readonly error: NodeJS.ErrnoException | undefined;
}

/** Connects to a port of this machine. The socket is destroyed when the test ends. */
export async function connectWire(port: number, host = "127.0.0.1"): Promise<WireClient> {
  const socket = connect({ port, host, allowHalfOpen: true, noDelay: true });
  let bytes = Buffer.alloc(0);
  // Grows by doubling: to put each chunk behind all before it costs seconds for many megabytes.
  let room = Buffer.alloc(0);
  const state = { ended: false, closed: false, error: undefined as NodeJS.ErrnoException | undefined };
  socket.on("data", (chunk: Buffer) => {
    const length = bytes.length + chunk.length;
    let from = bytes.byteOffset - room.byteOffset;
    if (bytes.buffer !== room.buffer || from + length > room.length) {
      room = Buffer.allocUnsafeSlow(2 * length);
      bytes.copy(room);
      from = 0;
    }
    chunk.copy(room, from + bytes.length);
    bytes = room.subarray(from, from + length);
  });
  socket.on("end", () => {
    state.ended = true;
  });
  socket.on("close", () => {
    state.closed = true;
  });
  socket.on("error", (error) => {
    state.error = error;
  });
  onTestFinished(() => void socket.destroy());
  await until(() => !socket.connecting, `no connection to ${host}:${port}`);
  if (socket.destroyed && state.error) throw state.error;
  const take = (message: HttpMessage): WireResponse => {
    bytes = bytes.subarray(message.length);
    const status = Number(message.startLine.slice(9, 12));
    return { ...message, status, text: message.body.toString("utf8") };
  };
  const next = (method: string): HttpMessage | undefined => {
    const head = readHead(bytes);
    if (!head) return undefined;
    const status = Number(head.startLine.slice(9, 12));
    const bodiless = status < 200 || status === 204 || status === 304 || method === "HEAD";
    const framed = head.headers.has("content-length") || head.headers.has("transfer-encoding");
    if (!bodiless && !framed && !state.ended) return undefined;
    return readMessage(bytes, { bodiless, untilClose: true });
  };
  return {
    socket,
    send: (octets) => void socket.write(octets),
    received: () => bytes,
    async response(method = "GET", withinMs) {
      for (;;) {
        const what = `no response came (${JSON.stringify(bytes.toString("latin1").slice(0, 300))})`;
        const response = take(await until(() => next(method), what, withinMs));
        if (response.status >= 200) return response;
      }
    },
    informational: async () =>
      take({ ...(await until(() => readHead(bytes), "no head came")), body: Buffer.alloc(0), trailers: "" }),
    get ended() {
      return state.ended;
    },
    get closed() {
      return state.closed;
    },
    get error() {
      return state.error;
    },
  };
}
