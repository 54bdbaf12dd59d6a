import type { EndpointConnection } from "../endpoint/endpoint-connection.ts";

/** A body up to this size is kept until the response begins, so that the request can be sent again. */
const REPLAY_LIMIT = 64 * 1024;
/** A head and a body up to this size leave as one text, in one system call. */
const INLINE_LIMIT = 16 * 1024;

/**
 * The body of one request on its way to an endpoint. Parts are held while there is no connection to send them on, and
 * as long as all of them together are small enough to be sent again.
 */
export class RequestBody {
  private readonly held: Buffer[] = [];
  private heldOctets = 0;
  /** How many of `held` the present connection has been given. */
  private sent = 0;
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
  }

  /**
   * Sends what the connection has not been given, behind `head` if that is not "".
   * @returns false if the connection has too much to send already
   */
  sendOn(connection: EndpointConnection, head: string): boolean {
    const { held } = this;
    let first = this.sent;
    this.sent = held.length;
    if (first === held.length) {
      if (head !== "") connection.writeText(head);
      return true;
    }
    if (head !== "") {
      const part = held[first] as Buffer;
      if (first === held.length - 1 && part.length <= INLINE_LIMIT) {
        connection.writeText(head + part.toString("latin1"));
        first++;
      } else connection.writeText(head);
    }
    let open = true;
    for (; first < held.length; first++) open = connection.writeBytes(held[first] as Buffer);
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
