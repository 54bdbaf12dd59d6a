import type { Framing } from "../body/framing.ts";

/** The way to an endpoint for one exchange: a connection of HTTP/1.1, or a stream of HTTP/2. */
export interface EndpointLink {
  /** It is up, and what is sent leaves. */
  readonly ready: boolean;
  /**
   * Sends a request's head, as HTTP/1.1 would have it, and the first part of its body if that is there already.
   *
   * Bodies in chunks (`framing.kind` "chunked") come as chunks; those that have no framing in their octets
   * ("until-close", of an HTTP/2 client) as they are, to be framed as this wire does.
   * @returns false if what is waiting to be sent is more than should be: wait for `onEndpointDrain`
   */
  sendHead(head: string, framing: Framing, part: Buffer | undefined): boolean;
  /** The next part of the body; the bytes stay valid. Returns as `sendHead`. */
  sendBody(part: Buffer): boolean;
  /** The body is complete. `trailers` are field lines, each with its CRLF, of a body without framing of its own. */
  sendEnd(trailers: string): void;
  /** Goes on reading after `onResponseBody` returned false. */
  resume(): void;
  /** Ends it at once; the receiver is told nothing more. */
  destroy(): void;
}
