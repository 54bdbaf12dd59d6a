import { lookup } from "node:dns";
import { connect, isIP, type Socket } from "node:net";

/** Called for each chunk read; the bytes are only valid inside the call. Returning false stops the reading. */
export type ReadCallback = (octets: number, buffer: Uint8Array) => boolean;

export interface DialTarget {
  readonly host: string;
  readonly port: number;
}

/**
 * One read buffer for every endpoint connection of the process. It is filled and consumed within one callback, so
 * sharing it costs nothing, and spares each read an allocation; large, because bulk bodies pay per read.
 */
const SHARED_READ_BUFFER = Buffer.allocUnsafeSlow(256 * 1024);

/**
 * Opens a TCP connection, trying each address of the host in turn.
 *
 * `localhost` is tried on 127.0.0.1 and ::1 without asking the resolver, because development servers bind one or the
 * other at their whim.
 *
 * @param onSocket given each socket as soon as it exists (so that it can be destroyed), before it is connected
 * @param onDone given the connected socket, or the error: of several addresses, the last one's, with what all of them said
 */
export function dial(
  target: DialTarget,
  onRead: ReadCallback,
  onSocket: (socket: Socket) => void,
  onDone: (error: Error | undefined, socket: Socket | undefined) => void,
): void {
  if (target.host === "localhost") return dialEach(["127.0.0.1", "::1"], target.port, onRead, onSocket, onDone);
  if (isIP(target.host) !== 0) return dialEach([target.host], target.port, onRead, onSocket, onDone);
  lookup(target.host, { all: true }, (error, addresses) => {
    if (error) return onDone(error, undefined);
    dialEach(
      addresses.map(({ address }) => address),
      target.port,
      onRead,
      onSocket,
      onDone,
    );
  });
}

function dialEach(
  addresses: readonly string[],
  port: number,
  onRead: ReadCallback,
  onSocket: (socket: Socket) => void,
  onDone: (error: Error | undefined, socket: Socket | undefined) => void,
  before = "",
): void {
  const [host, ...rest] = addresses;
  if (host === undefined) return onDone(new Error("the name has no address"), undefined);
  const socket = connect({ host, port, noDelay: true, onread: { buffer: SHARED_READ_BUFFER, callback: onRead } });
  const failed = (error: Error): void => {
    socket.destroy();
    // Another address may do only if this one refused at once; one that was destroyed by the caller is over.
    if (rest.length > 0 && "code" in error) {
      return dialEach(rest, port, onRead, onSocket, onDone, `${before}${error.message}, `);
    }
    error.message = before + error.message;
    onDone(error, undefined);
  };
  socket.once("error", failed);
  socket.once("connect", () => {
    socket.off("error", failed);
    onDone(undefined, socket);
  });
  onSocket(socket);
}
