import type { Socket } from "node:net";
import type { Http1Sink } from "../exchange/http1-response-writer.ts";

/** Unsent octets of a response beyond which the endpoint is not read any more. */
const BACKED_UP = 128 * 1024;

/** The sending side of a client's socket. */
export class SocketSink implements Http1Sink {
  private readonly socket: Socket;
  minorVersion = 1;

  constructor(socket: Socket) {
    this.socket = socket;
  }

  get isBackedUp(): boolean {
    return this.socket.writableLength > BACKED_UP;
  }

  writeText(text: string): void {
    if (!this.socket.destroyed) this.socket.write(text, "latin1");
  }

  writeBytes(bytes: Uint8Array): void {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }
}
