import type { Framing } from "../body/framing.ts";
import type { EndpointLink } from "../endpoint/endpoint-link.ts";
import { BodyCollector } from "./body-collector.ts";

/** A body up to this size is kept until the response begins, so that the request can be sent again. */
const REPLAY_LIMIT = 64 * 1024;

/** Somebody waits for the whole body. */
interface Waiting {
  readonly collector: BodyCollector;
  readonly settle: (whole: Buffer | undefined) => void;
}

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
  /** The links that have been given all of it, to its end: the present one, and one beside it. */
  private endedOn: EndpointLink | undefined;
  private wholeOn: EndpointLink | undefined;
  private waiting: Waiting | undefined;
  /** The whole body, where somebody has asked for it: without framing, and in place of the client's. */
  whole: Buffer | undefined;
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
    this.waiting = this.whole = undefined;
    this.endedOn = this.wholeOn = undefined;
  }

  /** @returns false if too much is held while nothing can be sent: the client must wait */
  push(part: Buffer): boolean {
    this.octets += part.length;
    if (this.waiting !== undefined) return this.gather(this.waiting, part);
    this.held.push(part);
    this.heldOctets += part.length;
    return this.heldOctets <= REPLAY_LIMIT;
  }

  /** The last part has come. */
  end(): void {
    this.complete = true;
    if (this.waiting !== undefined) this.take(this.waiting);
  }

  /**
   * Waits for the whole body, before any of it has been sent.
   * @param framing in which its parts come
   * @param settle called with the body, or `undefined` once it is longer than `limit`: then it is gone
   */
  collect(limit: number, framing: Framing, settle: (whole: Buffer | undefined) => void): void {
    if (this.whole !== undefined) return settle(this.whole.length > limit ? undefined : this.whole);
    const waiting = { collector: new BodyCollector(limit, framing.kind === "chunked"), settle };
    const { held } = this;
    const fits = held.every((part) => waiting.collector.push(part));
    held.length = this.heldOctets = 0;
    this.waiting = waiting;
    if (!fits) this.giveUp(waiting);
    else if (this.complete) this.take(waiting);
  }

  /** Is a body waited for that is still coming? Then the client must not be kept from sending it. */
  get isCollecting(): boolean {
    return this.waiting !== undefined && !this.waiting.collector.tooLong;
  }

  private gather(waiting: Waiting, part: Buffer): boolean {
    if (waiting.collector.tooLong) return false;
    if (!waiting.collector.push(part)) this.giveUp(waiting);
    return !waiting.collector.tooLong;
  }

  /** What comes still is dropped: whoever asked has to answer. */
  private giveUp({ settle }: Waiting): void {
    this.replayable = false;
    settle(undefined);
  }

  private take({ collector, settle }: Waiting): void {
    this.waiting = undefined;
    if (collector.tooLong) return;
    this.replace(collector.whole());
    settle(this.whole);
  }

  /** Another body in place of the one that was collected. */
  replace(bytes: Buffer): void {
    this.whole = bytes;
    this.trailers = "";
    this.held.length = 0;
    // Somebody had to hold it anyhow: it stays here until the exchange is over, whatever its size.
    this.heldOctets = 0;
    if (bytes.length > 0) this.held.push(bytes);
  }

  /**
   * All of it, without framing, if it has come and is still held.
   * @param framing in which its parts came
   */
  copy(framing: Framing): Buffer | undefined {
    if (this.whole !== undefined) return this.whole;
    if (!this.complete || !this.replayable) return undefined;
    const collector = new BodyCollector(REPLAY_LIMIT, framing.kind === "chunked");
    for (const part of this.held) collector.push(part);
    return collector.tooLong ? undefined : collector.whole();
  }

  /** Will all of it still be here when it has been sent? */
  get staysHeld(): boolean {
    return this.replayable && this.heldOctets <= REPLAY_LIMIT;
  }

  /** A new connection starts from the beginning. */
  rewind(): void {
    this.sent = 0;
    this.ended = false;
    this.endedOn = this.wholeOn = undefined;
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
      this.endedOn = link;
      link.sendEnd(this.trailers);
    }
    if (this.heldOctets > REPLAY_LIMIT) this.letGo();
    return open;
  }

  /** Sends all of it, behind `head`, on a link beside the present one. */
  sendWhole(link: EndpointLink, head: string, framing: Framing): void {
    link.sendHead(head, framing, this.held[0]);
    for (let at = 1; at < this.held.length; at++) link.sendBody(this.held[at] as Buffer);
    link.sendEnd(this.trailers);
    this.wholeOn = link;
  }

  /**
   * Has this link been given all of it? That all of it has come does not say so: what came last may still wait for the end of
   * the client's turn. Until then nobody else may be given the link: its request would stand in the middle of this body.
   */
  isSentOn(link: EndpointLink): boolean {
    return link === this.endedOn || link === this.wholeOn;
  }

  private letGo(): void {
    this.held.length = 0;
    this.heldOctets = 0;
    this.sent = 0;
    this.replayable = false;
  }
}
