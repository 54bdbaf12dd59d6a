import type { Framing } from "../body/framing.ts";
import type { EndpointLink } from "../endpoint/endpoint-link.ts";

/** A body up to this size is kept until the response begins, so that the request can be sent again. */
const REPLAY_LIMIT = 64 * 1024;
/**
 * The body of one request on its way to an endpoint. Parts are held while there is no connection to send them on, and
 * as long as all of them together are small enough to be sent again.
 */
export class RequestBody {
  private readonly held: Buffer[] = [];
  private heldOctets = 0;
  /** How many of `held` the present connection has been given. */
  private sent = 0;
  /** The present connection has been told that the body is complete. */
  private ended = false;
  /** Trailer lines, each with its CRLF, of a body that came without framing. */
  trailers = "";
  /** The whole body has come. */
  complete = true;
  /** All that came is still held. */
  replayable = true;
  /** Octets that came, framing included. */
  octets = 0;

  start(hasBody: boolean): void {
    this.held.length = 0;
    this.heldOctets = 0;
    this.sent = 0;
    this.octets = 0;
    this.trailers = "";
    this.ended = false;
    this.replayable = true;
    this.complete = !hasBody;
  }

  /** @returns false if too much is held while nothing can be sent: the client must wait */
  push(part: Buffer): boolean {
    this.octets += part.length;
    this.held.push(part);
    this.heldOctets += part.length;
    return this.heldOctets <= REPLAY_LIMIT;
  }

  /** A new connection starts from the beginning. */
  rewind(): void {
    this.sent = 0;
    this.ended = false;
  }

  /**
   * Sends what the link has not been given, behind `head` if that is not "".
   * @returns false if the link has too much to send already
   */
  sendOn(link: EndpointLink, head: string, framing: Framing): boolean {
    const { held } = this;
    let at = this.sent;
    this.sent = held.length;
    let open = true;
    if (head !== "") open = link.sendHead(head, framing, held[at++]);
    for (; at < held.length; at++) open = link.sendBody(held[at] as Buffer);
    if (this.complete && !this.ended) {
      this.ended = true;
      link.sendEnd(this.trailers);
    }
    if (this.heldOctets > REPLAY_LIMIT) this.letGo();
    return open;
  }

  private letGo(): void {
    this.held.length = 0;
    this.heldOctets = 0;
    this.sent = 0;
    this.replayable = false;
  }
}
