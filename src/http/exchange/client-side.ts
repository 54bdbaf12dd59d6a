import type { Socket } from "node:net";
import type { Http1ResponseWriter } from "./http1-response-writer.ts";

/** What an exchange needs of the client's connection, or of its stream. */
export interface ClientSide {
  /** May the connection stay open after this exchange, as far as the client and the listener are concerned? */
  readonly wantsKeepAlive: boolean;
  /** The rest of the request's body can be read and dropped behind an answer that did not wait for it. */
  readonly canSkipBody: boolean;
  /** Octets that came together are still being read: what is sent for them can wait for the end of it. */
  readonly inTurn: boolean;
  /** Something of what was written has not left yet. */
  readonly isSending: boolean;
  pauseRequest(): void;
  resumeRequest(): void;
  /** The exchange is over. Without `keepAlive` the connection ends, leaving the client time to read. */
  exchangeDone(keepAlive: boolean): void;
  /** Ends it at once, so that the client sees a response cut short as cut short. */
  abort(): void;
  /** Of the client's connection, for the addresses of its ends. */
  readonly socket?: Pick<Socket, "remoteAddress" | "remotePort" | "localAddress"> | undefined;
  /** For an upgrade; `undefined` where the wire is not HTTP/1.1. */
  readonly upgradable: UpgradableClient | undefined;
}

/** A client's connection that can switch to another protocol. */
export interface UpgradableClient {
  readonly socket: Socket;
  readonly writer: Http1ResponseWriter;
  /** Lets go of the socket. Returns what has come and was not yet read. */
  detach(): Buffer | undefined;
}
