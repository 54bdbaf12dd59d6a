import type { Socket } from "node:net";
import type { Http1Sink } from "../exchange/http1-response-writer.ts";

/** Unsent octets of a response beyond which the endpoint is not read any more. */
const BACKED_UP = 128 * 1024;

/** A client's socket: what is written to it, and whether it is read. */
export class ClientSocket implements Http1Sink {
  private readonly socket: Socket;
  private readonly wire: Socket;
  /** In TLS, what is written leaves later. */
  readonly takesAtOnce: boolean;
  minorVersion = 1;
  paused = false;

  /** @param wire where its octets go in the end: of a TLS socket the one that was accepted, else itself */
  constructor(socket: Socket, wire: Socket) {
    this.socket = socket;
    this.wire = wire;
    this.takesAtOnce = socket === wire;
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

  /** Ends it where nothing is left to read or to write. */
  end(): void {
    // By TLS the end has to be said (close_notify), or the answer could have been cut short (RFC 9112 section 9.8).
    if (this.socket === this.wire) this.socket.destroy();
    else this.socket.destroySoon();
  }

  /** Ends it in the middle of an answer, so that the client can tell. */
  cut(): void {
    // A reset, where an orderly end could be taken for the end of the body. TLS alone does not tell them apart: many
    // clients put up with a missing close_notify.
    if (this.minorVersion === 0) this.wire.resetAndDestroy();
    else this.socket.destroy();
  }
}

function ignore(): void {}
