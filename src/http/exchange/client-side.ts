import type { Socket } from "node:net";

/** What an exchange needs of the client's connection. */
export interface ClientSide {
  /** 0 or 1, of HTTP/1.x: what the client understands. */
  readonly minorVersion: number;
  /** May the connection stay open after this exchange, as far as the client and the listener are concerned? */
  readonly wantsKeepAlive: boolean;
  /** Octets that came together are still being read: what is sent for them can wait for the end of it. */
  readonly inTurn: boolean;
  /** Text of one character an octet. */
  writeText(text: string): void;
  /** Bytes that stay valid. */
  writeBytes(bytes: Uint8Array): void;
  /** More is waiting to leave than should be: stop until `onClientDrain`. */
  readonly isBackedUp: boolean;
  /** Something of what was written has not left yet. */
  readonly isSending: boolean;
  pauseRequest(): void;
  resumeRequest(): void;
  /** The exchange is over. Without `keepAlive` the connection ends, leaving the client time to read. */
  exchangeDone(keepAlive: boolean): void;
  /** Ends it at once, so that the client sees a response cut short as cut short. */
  abort(): void;
  /** The raw socket, for an upgrade: where the wire is not HTTP/1.1 there is none. */
  readonly socket: Socket;
  /** Lets go of the socket. Returns what has come and was not yet read. */
  detach(): Buffer | undefined;
}
