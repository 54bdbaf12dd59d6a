import type { Millis } from "../../shared/clock.ts";
import { Framing } from "../body/framing.ts";
import type { EndpointLink } from "../endpoint/endpoint-link.ts";
import type { EndpointPool } from "../endpoint/endpoint-pool.ts";
import type { EndpointFailure } from "../endpoint/receiver.ts";
import { FIELD } from "../head/field-kind.ts";
import type { MessageHead } from "../head/message-head.ts";
import type { ProxyAddresses } from "../../shared/proxy-protocol/proxy-addresses.ts";
import { clientAddresses } from "./client-addresses.ts";
import type { ClientSide } from "./client-side.ts";
import { ExchangeRecord } from "./exchange-record.ts";
import type { ForwardTimeouts } from "./forward-timeouts.ts";
import type { ForwardingFields } from "./forwarding-fields.ts";
import type { ExchangeHandler } from "./handler.ts";
import { type RequestRewrite, requestHead } from "./request-head.ts";
import { endsOf, type RequestOrigin } from "./request-origin.ts";
import type { ResponseWriter } from "./response-writer.ts";
import { type FirstTry, SecondTry, type SecondTryEvents } from "./second-try.ts";

export type Phase = "idle" | "deciding" | "waiting" | "responding" | "shaping" | "tunnel" | "done";

/** An exchange's way to an endpoint: its request, as it comes and is sent on. What comes back is `HttpExchange`'s. */
export abstract class RequestSide<Marks> extends ExchangeRecord implements FirstTry {
  readonly framing = new Framing();
  readonly marks: Marks;
  protected readonly handler: ExchangeHandler<Marks>;
  protected client!: ClientSide;
  protected forwarding!: ForwardingFields;
  protected writer!: ResponseWriter;
  protected link: EndpointLink | undefined;
  protected phase: Phase = "idle";
  /** Not to be used for another exchange: somebody may still look at this one when it is over. */
  singleUse = false;
  /** The request's head, not yet sent because its body is being read in this very turn. */
  protected unsentHead = "";
  protected requestIdLine = "";
  protected timeouts: ForwardTimeouts = { request: 0, idle: 0 };
  protected deadline = 0;
  protected progressed = false;
  /** The endpoint has asked for the body. */
  protected continued = false;
  /** Beside the present try. */
  protected second: SecondTry | undefined;

  constructor(handler: ExchangeHandler<Marks>) {
    super();
    this.handler = handler;
    this.marks = handler.createMarks();
  }

  get development(): boolean {
    return this.forwarding.facts.development;
  }

  get clientAddresses(): ProxyAddresses {
    return clientAddresses(this.clientIp, this.forwarding.facts.port, this.client.socket);
  }

  /** Where the request comes from, for those that the gateway makes on its account. */
  get origin(): RequestOrigin {
    const { forwarding, clientIp, requestId } = this;
    return { forwarding, clientIp, scheme: this.view.scheme, requestId, socket: endsOf(this.client.socket) };
  }

  /** The host that the client has asked for, with its port: what a trusted proxy says of it, or Host. "" without either. */
  get clientAuthority(): string {
    return this.forwarding.origin(this.view)?.host ?? this.view.authority;
  }

  /** Does the client wait for the endpoint's word before it sends the body (RFC 9110 section 10.1.1)? */
  get awaitsContinue(): boolean {
    if (this.phase !== "waiting" || this.continued || this.body.octets > 0) return false;
    return this.expectsContinue;
  }

  /** In HTTP/1.0 there are no expectations: such a client is just late. */
  private get expectsContinue(): boolean {
    return this.view.head.minorVersion === 1 && this.view.head.indexOfKind(FIELD.EXPECT) >= 0;
  }

  /** Sends the request to an endpoint. What comes of it is told to the handler. */
  forward(pool: EndpointPool, timeouts: ForwardTimeouts, rewrite: RequestRewrite | undefined, now: Millis): void {
    this.startTry(timeouts, now);
    this.unsentHead = this.headFor(pool, rewrite);
    this.body.rewind();
    const { whole } = this.body;
    if (whole !== undefined) this.framing.setLength(whole.length);
    const link = pool.take(this);
    this.link = link;
    // With a body on its way, the head waits for the end of this turn: both may leave in one write.
    if (link.ready && (this.body.complete || !this.client.inTurn)) this.sendRequest();
  }

  protected headFor(pool: EndpointPool, rewrite: RequestRewrite | undefined): string {
    return requestHead(
      this.view,
      this.framing,
      this.forwarding,
      rewrite,
      this.requestIdLine,
      `${pool.host}:${pool.port}`,
      this.body.whole?.length,
    );
  }

  protected startTry(timeouts: ForwardTimeouts, now: Millis): void {
    this.timeouts = timeouts;
    this.attempts++;
    this.tryStartedAt = now;
    this.responseMs = -1;
    if (this.forwardedAt === 0) {
      this.forwardedAt = now;
      this.deadline = now + timeouts.request;
    }
    this.phase = "waiting";
  }

  /** Can the request be sent a second time while the first is waited for? */
  get canBeDoubled(): boolean {
    const { body } = this;
    return this.phase === "waiting" && this.second === undefined && body.complete && body.staysHeld;
  }

  /** Sends the request to a second endpoint, too: whichever answers first is taken. */
  double(pool: EndpointPool, rewrite: RequestRewrite | undefined, now: Millis, events: SecondTryEvents): void {
    this.attempts++;
    const second = new SecondTry(this, pool, this.headFor(pool, rewrite), {
      onWon: () => {
        this.second = undefined;
        events.onWon();
        this.tryStartedAt = now;
      },
      onFailed: (failure) => {
        this.second = undefined;
        events.onFailed(failure);
      },
    });
    this.second = second;
  }

  sendWhole(link: EndpointLink, head: string): void {
    this.body.sendWhole(link, head, this.framing);
  }

  giveWay(link: EndpointLink): void {
    this.link?.destroy();
    this.unsentHead = "";
    this.link = link;
  }

  /** The present try is of no use any more. @returns whether a second one goes on in its place */
  leaveToSecond(): boolean {
    const { second } = this;
    if (second === undefined) return false;
    this.second = undefined;
    this.link?.destroy();
    this.unsentHead = "";
    this.link = second.goOnAlone();
    this.phase = "waiting";
    return true;
  }

  /** A part of the request's body came; `part` stays valid. */
  onRequestBody(part: Buffer): void {
    this.progressed = true;
    if (!this.body.push(part) && !this.link?.ready) this.client.pauseRequest();
  }

  get hasBody(): boolean {
    return this.framing.kind !== "none";
  }

  /**
   * The request's whole body, before any of it has been sent; `undefined` if it is longer than `limit`. Never settles if
   * the client goes away.
   */
  collectBody(limit: number): Promise<Buffer | undefined> {
    return new Promise((settle) => {
      this.body.collect(limit, this.framing, settle);
      if (!this.body.isCollecting) return;
      if (this.expectsContinue && this.body.octets === 0) this.writer.askForBody();
      this.client.resumeRequest();
    });
  }

  /** Another body in place of the one that was collected. */
  replaceBody(bytes: Uint8Array): void {
    this.body.replace(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }

  onRequestEnd(): void {
    this.body.end();
    // The endpoint's time begins when it can have the whole request: a long upload is not its fault.
    if (this.phase === "waiting") this.deadline = this.handler.clock.now() + this.timeouts.request;
  }

  /** All that one read of the client's connection brought has been handed over. */
  flushRequest(): void {
    if (this.link?.ready && (this.phase === "waiting" || this.phase === "responding")) this.sendRequest();
  }

  private sendRequest(): void {
    const head = this.unsentHead;
    this.unsentHead = "";
    const { link } = this;
    if (!link) return;
    if (this.body.sendOn(link, head, this.framing)) this.client.resumeRequest();
    else this.client.pauseRequest();
  }

  onEndpointReady(link: EndpointLink): void {
    this.link = link;
    this.sendRequest();
  }

  onEndpointDrain(): void {
    this.progressed = true;
    this.client.resumeRequest();
  }

  abstract onInformational(head: MessageHead): void;
  abstract onResponseHead(head: MessageHead, framing: Framing): boolean;
  abstract onResponseBody(bytes: Buffer, start: number, end: number): boolean;
  abstract onResponseTrailers(lines: string): void;
  abstract onResponseEnd(): void;
  abstract onReadEnd(): void;
  abstract onBug(error: unknown): void;
  abstract onEndpointFailure(failure: EndpointFailure): void;
}
