import type { Socket } from "node:net";
import type { Millis } from "../../shared/clock.ts";
import type { ClientLink } from "./client-link.ts";
import { decodeProxyHeader } from "../../shared/proxy-protocol/decode.ts";
import type { ProxyHeader } from "../../shared/proxy-protocol/proxy-addresses.ts";

export interface ProxyHeaderEvents {
  /** It is complete; what came behind it is the next thing that is read of the socket. */
  onHeader(link: ClientLink, header: ProxyHeader): void;
  /** The connection is gone before that. */
  onGone(link: ClientLink): void;
}

/**
 * An accepted connection whose PROXY protocol header has not come yet. Whatever is wrong with it ends the connection
 * without a word: in front of the header, nobody has said yet what is spoken.
 */
export class ProxyHeaderLink implements ClientLink {
  readonly isIdle = true;
  readonly isSending = false;
  private readonly socket: Socket;
  private readonly deadline: Millis;
  private readonly events: ProxyHeaderEvents;
  private pending: Buffer | undefined;

  /** @param deadline until when the whole header must have come */
  constructor(socket: Socket, deadline: Millis, events: ProxyHeaderEvents) {
    this.socket = socket;
    this.deadline = deadline;
    this.events = events;
    socket.on("readable", this.onReadable);
    socket.on("end", this.onEnd);
    socket.on("close", this.onClose);
    // "close" follows and does the work; without a listener the process would end.
    socket.on("error", ignore);
  }

  private readonly onReadable = (): void => {
    for (let chunk = this.read(); chunk !== null; chunk = this.read()) {
      const bytes = this.pending === undefined ? chunk : Buffer.concat([this.pending, chunk]);
      const decoding = decodeProxyHeader(bytes);
      if (decoding.state === "malformed") return void this.socket.destroy();
      if (decoding.state === "complete") return this.handOver(decoding, bytes.subarray(decoding.length));
      this.pending = bytes;
    }
  };

  private read(): Buffer | null {
    return this.socket.read() as Buffer | null;
  }

  private handOver(header: ProxyHeader, rest: Buffer): void {
    const { socket } = this;
    this.pending = undefined;
    socket.off("readable", this.onReadable);
    socket.off("end", this.onEnd);
    socket.off("close", this.onClose);
    if (rest.length > 0) socket.unshift(rest);
    this.events.onHeader(this, header);
  }

  private readonly onEnd = (): void => void this.socket.destroy();

  private readonly onClose = (): void => this.events.onGone(this);

  drain(): void {
    this.socket.destroy();
  }

  /** One step of the coarse timer. */
  sweep(now: Millis): void {
    if (now >= this.deadline) this.socket.destroy();
  }

  destroy(): void {
    this.socket.destroy();
  }
}

function ignore(): void {}
