import type { Socket } from "node:net";
import type { Http1Sink } from "../exchange/http1-response-writer.ts";

/** Unsent octets of a response beyond which the endpoint is not read any more. */
const BACKED_UP = 128 * 1024;

/** A client's socket: what is written to it, and whether it is read. */
export class ClientSocket implements Http1Sink {
  private readonly socket: Socket;
  minorVersion = 1;
  paused = false;

  constructor(socket: Socket) {
    this.socket = socket;
    // "close" follows and does the work; without a listener the process would end.
    socket.on("error", ignore);
  }

  get isBackedUp(): boolean {
    return this.socket.writableLength > BACKED_UP;
  }

  get isSending(): boolean {
    return this.socket.writableLength > 0;
  }

  writeText(text: string): void {
    if (!this.socket.destroyed) this.socket.write(text, "latin1");
  }

  writeBytes(bytes: Uint8Array): void {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  pause(): void {
    if (this.paused) return;
    this.paused = true;
    this.socket.pause();
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.socket.resume();
  }
}

function ignore(): void {}
