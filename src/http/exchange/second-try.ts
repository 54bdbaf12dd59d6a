import type { Framing } from "../body/framing.ts";
import type { EndpointLink } from "../endpoint/endpoint-link.ts";
import type { EndpointPool } from "../endpoint/endpoint-pool.ts";
import type { EndpointFailure, EndpointReceiver } from "../endpoint/receiver.ts";
import type { MessageHead } from "../head/message-head.ts";
import type { ProxyAddresses } from "../../shared/proxy-protocol/proxy-addresses.ts";

/** The first try, as the second sees it: whoever takes the answer. */
export interface FirstTry extends EndpointReceiver {
  readonly clientAddresses: ProxyAddresses;
  /** Sends the whole request, whose body is all there. */
  sendWhole(link: EndpointLink, head: string): void;
  /** The second try has answered first: the first is given up, and this link is the one from now on. */
  giveWay(link: EndpointLink): void;
}

/** What becomes of a second try. Exactly one of them comes, unless it is aborted. */
export interface SecondTryEvents {
  /** It answers before the first one, which has been given up. */
  onWon(): void;
  /** It has failed, and the first one goes on. */
  onFailed(failure: EndpointFailure): void;
}

/** A request that is sent a second time beside the first: whichever answers first is taken, and the other cancelled. */
export class SecondTry implements EndpointReceiver {
  private readonly first: FirstTry;
  private readonly head: string;
  private readonly events: SecondTryEvents;
  private readonly link: EndpointLink;
  /** "racing" beside the first; "alone" once it is the only one; "over" when it is of no use. */
  private state: "racing" | "alone" | "over" = "racing";

  constructor(first: FirstTry, pool: EndpointPool, head: string, events: SecondTryEvents) {
    this.first = first;
    this.head = head;
    this.events = events;
    this.link = pool.take(this);
    if (this.link.ready) first.sendWhole(this.link, head);
  }

  get method(): string {
    return this.first.method;
  }

  get clientAddresses(): ProxyAddresses {
    return this.first.clientAddresses;
  }

  /** The first one is of no use any more, and this one goes on alone. Returns its link. */
  goOnAlone(): EndpointLink {
    this.state = "alone";
    return this.link;
  }

  /** The first one has answered, or nobody waits any more. */
  abort(): void {
    if (this.state !== "racing") return;
    this.state = "over";
    this.link.destroy();
  }

  onEndpointReady(link: EndpointLink): void {
    if (this.state !== "over") this.first.sendWhole(link, this.head);
  }

  onInformational(head: MessageHead): void {
    if (this.state === "alone") this.first.onInformational(head);
  }

  onResponseHead(head: MessageHead, framing: Framing): boolean {
    if (this.state === "racing") {
      this.state = "alone";
      this.first.giveWay(this.link);
      this.events.onWon();
    }
    return this.first.onResponseHead(head, framing);
  }

  onResponseBody(bytes: Buffer, start: number, end: number): boolean {
    return this.first.onResponseBody(bytes, start, end);
  }

  onResponseTrailers(lines: string): void {
    this.first.onResponseTrailers(lines);
  }

  onResponseEnd(): void {
    this.first.onResponseEnd();
  }

  onReadEnd(): void {
    if (this.state === "alone") this.first.onReadEnd();
  }

  onEndpointDrain(): void {
    if (this.state === "alone") this.first.onEndpointDrain();
  }

  onBug(error: unknown): void {
    this.first.onBug(error);
  }

  onEndpointFailure(failure: EndpointFailure): void {
    if (this.state === "alone") return this.first.onEndpointFailure(failure);
    if (this.state === "over") return;
    this.state = "over";
    this.events.onFailed(failure);
  }
}
