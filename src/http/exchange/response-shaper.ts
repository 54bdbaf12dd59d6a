import type { ErrorCode } from "../../shared/errors/gateway-error.ts";
import type { Framing } from "../body/framing.ts";
import type { MessageHead } from "../head/message-head.ts";
import type { LocalResponse } from "./local-response.ts";

/** Takes a response before the client gets any of it, and may give it on changed, later, or another one. */
export interface ResponseShaper {
  /** Something has been given on: the client may have seen it. */
  readonly started: boolean;
  /** An endpoint's head; it and `framing` are valid inside the call only. Its body comes without framing. */
  onHead(head: MessageHead, framing: Framing): void;
  /** A part of its body; the bytes are valid inside the call only. Returns false to stop for a while. */
  onBody(bytes: Buffer, start: number, end: number): boolean;
  onTrailers(lines: string): void;
  /** All that one read brought has been handed over. */
  onReadEnd(): void;
  onEnd(): void;
  /** A whole response of the gateway's own; `code` where it is an error. */
  onLocal(response: LocalResponse, code: ErrorCode | undefined): void;
  /** The client takes more again. */
  onDrain(): void;
  /** What has come so far is not to be given on: the exchange is over, or another response follows. */
  reset(): void;
}

/** Where a shaper gives a response on to: the exchange, which writes it to the client. */
export interface ShapedOutput {
  /** Begins a response as a head has it, with what policies change of its fields. */
  beginResponse(head: MessageHead, framing: Framing): void;
  /** Begins a response of the gateway's own in the same way; `code` where it is an error. */
  beginOwn(head: MessageHead, framing: Framing, code: ErrorCode | undefined): void;
  /** A part of the body; the bytes need only be valid inside the call. Returns false to stop for a while. */
  writeResponse(bytes: Buffer, start: number, end: number): boolean;
  flushResponse(): void;
  /** All has been written: the exchange is over. */
  endResponse(trailers: string): void;
  /** Answers with a whole response of the gateway's own: the exchange is over. */
  answer(response: LocalResponse, code: ErrorCode | undefined): void;
  /** Goes on reading the endpoint. */
  resumeResponse(): void;
  /** Nothing more is wanted of the endpoint. */
  dropConnection(): void;
  /** The response cannot be completed: the client must not take it for a whole one. */
  abandon(): void;
  onBug(error: unknown): void;
  /** Somebody will look at the exchange later: it must not be used for another one by then. */
  singleUse: boolean;
}
