import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { until } from "../../helpers/eventually.ts";
import {
  ACK,
  ERRORS,
  END_STREAM,
  FRAME,
  type Frame,
  frame,
  PREFACE,
  readFrames,
  settings,
  statusOf,
} from "./frames.ts";

/** How a stream ended, as a client sees it: "200", "400 reset NO_ERROR", "reset PROTOCOL_ERROR", "goaway PROTOCOL_ERROR". */
export type Ending = string;

export interface RawHttp2Client {
  readonly socket: Socket;
  send(...octets: Buffer[]): void;
  readonly frames: readonly Frame[];
  /** Statuses and ends of a stream so far, or "". */
  seen(stream: number): Ending;
  /** Waits until the stream has ended, one way or another, or the connection. */
  ending(stream: number): Promise<Ending>;
  /** What the body of a stream's response is so far. */
  body(stream: number): string;
  /** The error code of the GOAWAY that came, if any. */
  readonly goaway: string | undefined;
  readonly closed: boolean;
}

export interface RawClientOptions {
  /** Further settings to announce. */
  readonly settings?: readonly (readonly [id: number, value: number])[];
  /** Send nothing unasked: neither preface nor settings, nor their acknowledgement. */
  readonly silent?: boolean;
}

const HEADER_TABLE_SIZE = 1;

/** An HTTP/2 client that sends whatever frames it is given, right or wrong. The socket is destroyed when the test ends. */
export async function connectHttp2(port: number, options: RawClientOptions = {}): Promise<RawHttp2Client> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const frames: Frame[] = [];
  let rest = Buffer.alloc(0);
  let closed = false;
  socket.on("error", () => {});
  socket.on("close", () => {
    closed = true;
  });
  socket.on("data", (chunk: Buffer) => {
    const bytes = Buffer.concat([rest, chunk]);
    const read = readFrames(bytes);
    rest = bytes.subarray(read.length);
    for (const one of read.frames) {
      frames.push(one);
      // A client's own settings are the first that it sends (RFC 9113 section 3.4).
      if (one.type === FRAME.SETTINGS && !(one.flags & ACK) && !options.silent)
        socket.write(frame(FRAME.SETTINGS, ACK, 0));
    }
  });
  onTestFinished(() => void socket.destroy());
  await until(() => !socket.connecting, "no connection");
  // Without a dynamic table every block can be read by itself.
  if (!options.silent)
    socket.write(Buffer.concat([PREFACE, settings([HEADER_TABLE_SIZE, 0], ...(options.settings ?? []))]));
  const goaway = (): string | undefined => {
    const last = frames.findLast(({ type }) => type === FRAME.GOAWAY);
    return last && errorName(last.payload.readUInt32BE(4));
  };
  const of = (stream: number) => frames.filter((one) => one.stream === stream);
  const seen = (stream: number): Ending => {
    const told = of(stream).flatMap((one) => {
      if (one.type === FRAME.HEADERS) return [String(statusOf(one.payload) || "trailers")];
      return one.type === FRAME.RST_STREAM ? [`reset ${errorName(one.payload.readUInt32BE(0))}`] : [];
    });
    return told.join(" ");
  };
  const ended = (stream: number) =>
    of(stream).some(({ type, flags }) => {
      const last = (type === FRAME.HEADERS || type === FRAME.DATA) && (flags & END_STREAM) !== 0;
      return last || type === FRAME.RST_STREAM;
    });
  return {
    socket,
    frames,
    send: (...octets) => void socket.write(Buffer.concat(octets)),
    seen,
    async ending(stream) {
      await until(
        () => ended(stream) || closed,
        () => `stream ${stream} has not ended (${seen(stream)})`,
      );
      if (ended(stream)) return seen(stream);
      return goaway() === undefined ? "closed" : `goaway ${goaway()}`;
    },
    body: (stream) =>
      Buffer.concat(of(stream).flatMap(({ type, payload }) => (type === FRAME.DATA ? [payload] : []))).toString(
        "latin1",
      ),
    get goaway() {
      return goaway();
    },
    get closed() {
      return closed;
    },
  };
}

function errorName(code: number): string {
  return ERRORS[code] ?? String(code);
}
