import type { Outcome } from "../../exchange/outcome.ts";
import type { Framing } from "../body/framing.ts";
import type { MessageHead } from "../head/message-head.ts";
import type { ProxyAddresses } from "../../shared/proxy-protocol/proxy-addresses.ts";
import type { EndpointLink } from "./endpoint-link.ts";

/** What went wrong on an endpoint's connection, and what that means for trying again. */
export interface EndpointFailure {
  readonly outcome: Exclude<Outcome, "ok" | "cancelled">;
  /** A phrase for logs and development error bodies: "connect ECONNREFUSED 127.0.0.1:4001". */
  readonly detail: string;
  /**
   * "protocol" where the answer was not HTTP; "dns" where the name has no address; "certificate" and "tls" where the
   * connection was accepted, but not the endpoint's certificate, or no TLS came about.
   */
  readonly reason?: "protocol" | "dns" | "connect-timeout" | "certificate" | "tls";
  /** The connection had answered others before, so that it may have been closed just as it was used again. */
  readonly reused: boolean;
  /** Not one octet of an answer has come. */
  readonly nothingCame: boolean;
  /** The endpoint, or its protocol, has said that it has not begun with the request, though it was sent. */
  readonly unprocessed?: boolean;
}

/** Who is waiting for a connection's answer. Every call comes synchronously out of one read. */
export interface EndpointReceiver {
  /** The method that was sent: it decides whether an answer has a body. */
  readonly method: string;
  /** Whose exchange it is, for endpoints that are told by the PROXY protocol; asked for only then. */
  readonly clientAddresses?: ProxyAddresses | undefined;
  /** The connection is up; send the request. Only called where `take` had to dial. */
  onEndpointReady(link: EndpointLink): void;
  /** 1xx but 101. */
  onInformational(head: MessageHead): void;
  /**
   * The answer's head. `head` and `framing` are valid inside the call only.
   * @returns whether chunked bodies are to be handed on with their framing
   */
  onResponseHead(head: MessageHead, framing: Framing): boolean;
  /** A part of the body; the bytes are valid inside the call only. Returns false to stop reading (`resume` goes on). */
  onResponseBody(bytes: Buffer, start: number, end: number): boolean;
  /** Trailer lines, each with its CRLF, of a body that was handed on without framing. The end follows. */
  onResponseTrailers(lines: string): void;
  /** The answer is complete. The connection has already been put back, or closed. */
  onResponseEnd(): void;
  /** All that one read brought has been handed on: write what was held back to be written in one go. */
  onReadEnd(): void;
  /** What was written has left; more may be. */
  onEndpointDrain(): void;
  /** Something threw that must not; the connection is closed and will not call again. */
  onBug(error: unknown): void;
  /** The connection is gone, or its answer unusable; it will not call again. */
  onEndpointFailure(failure: EndpointFailure): void;
}
