import type { Outcome } from "../../exchange/outcome.ts";
import type { Millis } from "../../shared/clock.ts";
import type { ErrorCode } from "../../shared/errors/gateway-error.ts";
import type { Framing } from "../body/framing.ts";
import type { EndpointPool } from "../endpoint/endpoint-pool.ts";
import type { EndpointFailure } from "../endpoint/receiver.ts";
import type { FieldEditList } from "../head/field-edit-list.ts";
import type { MessageHead } from "../head/message-head.ts";
import { upgradeHeaders, wantsWebSocket } from "../upgrade/upgrade-request.ts";
import { UpgradeTry, type UpgradeTryEvents } from "../upgrade/upgrade-try.ts";
import type { ClientSide, UpgradableClient } from "./client-side.ts";
import type { UpgradeTimeouts } from "./forward-timeouts.ts";
import type { ForwardingFields } from "./forwarding-fields.ts";
import type { LocalResponse } from "./local-response.ts";
import type { RequestRewrite } from "./request-head.ts";
import { type Phase, RequestSide } from "./request-side.ts";
import type { ResponseShaper, ShapedOutput } from "./response-shaper.ts";
import type { ResponseFacts, ResponseWriter } from "./response-writer.ts";

/** How long a client may take nothing of a response that no endpoint had a part in. */
const UNSENT_IDLE: Millis = 60_000;

/**
 * One request and its response passing through. It knows the wire on both sides and decides nothing: what becomes of
 * it is the handler's word. Used again for the next exchange of any connection.
 */
export class HttpExchange<Marks> extends RequestSide<Marks> implements ResponseFacts, ShapedOutput {
  keepAlive = false;
  /** What policies change of the response. */
  responseFields: FieldEditList | undefined;
  /** Sees the response before the client does. */
  shaper: ResponseShaper | undefined;
  /** While responding: since when nothing has come, and how much of that is put up with, should it be less than usual. */
  private quietSince = 0;
  private silence = Number.POSITIVE_INFINITY;
  private upgradeTry: UpgradeTry | undefined;
  private tunnelIdle = 0;

  /** Has any of the response been sent? Then nothing can be tried again. */
  get responding(): boolean {
    const { phase } = this;
    return ((phase === "responding" || phase === "shaping") && this.shaper?.started !== false) || phase === "tunnel";
  }

  /** Has nothing come of it yet: no response, and no answer that is on its way? Then an endpoint may be asked. */
  get undecided(): boolean {
    return this.phase === "deciding" || this.phase === "waiting";
  }

  get over(): boolean {
    return this.phase === "done" || this.phase === "idle";
  }

  /** Takes over a request whose head is complete. */
  begin(
    client: ClientSide,
    writer: ResponseWriter,
    forwarding: ForwardingFields,
    now: Millis,
    makeRequestId: () => string,
  ): void {
    this.client = client;
    this.writer = writer;
    writer.octets = 0;
    this.forwarding = forwarding;
    this.phase = "deciding";
    this.link = this.upgradeTry = this.second = undefined;
    this.unsentHead = "";
    this.deadline = 0;
    this.continued = false;
    this.responseFields = this.shaper = undefined;
    this.silence = Number.POSITIVE_INFINITY;
    this.startRecord(now, this.handler.wallClock.now(), makeRequestId);
    this.requestIdLine = `x-request-id: ${this.requestId}\r\n`;
  }

  /** Does the client ask for a WebSocket? Then `upgrade` is the way to forward. */
  get wantsUpgrade(): boolean {
    return (
      this.client.upgradable !== undefined && wantsWebSocket(this.view.head, this.view.method, !this.body.complete)
    );
  }

  /**
   * Sends a request for a WebSocket to an endpoint; when it agrees, both sides are tied together until either ends.
   * An answer other than 101 is passed on like any response.
   */
  upgrade(pool: EndpointPool, timeouts: UpgradeTimeouts, rewrite: RequestRewrite | undefined, now: Millis): void {
    this.startTry(timeouts, now);
    this.tunnelIdle = timeouts.tunnel;
    this.shaper = undefined;
    const { method } = this.view;
    const url = rewrite?.target ?? this.view.target;
    const preface = pool.prefaceFor?.(this);
    const added = () => this.responseFields?.added ?? [];
    const request = { method, url, headers: upgradeHeaders(this.headFor(pool, rewrite)), preface, added };
    const client = this.client.upgradable as UpgradableClient;
    this.upgradeTry = new UpgradeTry(request, pool, client, this.requestIdLine, this.upgradeEvents());
  }

  private upgradeEvents(): UpgradeTryEvents {
    return {
      onOpen: () => void this.takeResponse(101, "tunnel"),
      onRefused: (status) => this.takeResponse(status, "responding"),
      onProgress: () => {
        this.progressed = true;
      },
      onRefusalEnd: (complete) => (complete ? this.finish("ok") : this.cut("reset")),
      onFailure: (failure) => {
        this.upgradeTry = undefined;
        this.phase = "deciding";
        this.handler.onTryFailed(this, failure);
      },
      onTunnelEnd: (outcome, octetsToEndpoint, octetsToClient) => {
        this.body.octets = octetsToEndpoint;
        this.responseBytes = octetsToClient;
        this.end(outcome, false, false);
      },
    };
  }

  onInformational(head: MessageHead): void {
    if (this.writer.informational(head)) this.continued ||= head.status === 100;
  }

  /** @returns false if the handler would rather have another one */
  private takeResponse(status: number, phase: Phase): boolean {
    this.responseMs = this.handler.clock.now() - this.tryStartedAt;
    const { link } = this;
    if (!this.handler.onResponse(this, status)) {
      // Unless another one has taken its place.
      if (this.link === link) this.dropConnection();
      return false;
    }
    this.second?.abort();
    this.second = undefined;
    this.phase = phase;
    this.progressed = true;
    this.status = this.endpointStatus = status;
    this.keepAlive = false;
    return true;
  }

  onResponseHead(sent: MessageHead, framing: Framing): boolean {
    if (!this.takeResponse(sent.status, "responding")) return false;
    const head = sent.namesPlaces ? (this.handler.towardsClient?.(this, sent) ?? sent) : sent;
    if (this.shaper !== undefined) {
      this.shaper.onHead(head, framing);
      return false;
    }
    this.beginResponse(head, framing);
    return this.writer.keepsFraming;
  }

  beginOwn(head: MessageHead, framing: Framing, code: ErrorCode | undefined): void {
    this.status = head.status;
    this.code = code;
    this.progressed = true;
    this.beginResponse(head, framing);
  }

  beginResponse(head: MessageHead, framing: Framing): void {
    this.keepAlive = this.client.wantsKeepAlive && this.body.complete && this.writer.delimits(framing);
    this.writer.start(head, framing, this);
  }

  onResponseBody(bytes: Buffer, start: number, end: number): boolean {
    this.progressed = true;
    return this.shaper === undefined ? this.writer.write(bytes, start, end) : this.shaper.onBody(bytes, start, end);
  }

  writeResponse(bytes: Buffer, start: number, end: number): boolean {
    this.progressed = true;
    return this.writer.write(bytes, start, end);
  }

  onResponseTrailers(lines: string): void {
    if (this.shaper === undefined) this.writer.trailers(lines);
    else this.shaper.onTrailers(lines);
  }

  onReadEnd(): void {
    if (this.phase !== "responding") return;
    if (this.shaper === undefined) this.writer.flush();
    else this.shaper.onReadEnd();
  }

  flushResponse(): void {
    this.writer.flush();
  }

  onResponseEnd(): void {
    const { link } = this;
    if (link !== undefined && !this.body.isSentOn(link)) link.destroy();
    this.link = undefined;
    if (this.phase !== "responding") return;
    if (this.shaper === undefined) this.endResponse("");
    else this.shaper.onEnd();
  }

  endResponse(trailers: string): void {
    if (trailers !== "") this.writer.trailers(trailers);
    this.writer.end();
    this.finish("ok");
  }

  onEndpointFailure(failure: EndpointFailure): void {
    this.link = undefined;
    if (this.phase === "waiting") {
      this.phase = "deciding";
      return this.handler.onTryFailed(this, failure);
    }
    if (this.phase !== "responding") return;
    if (this.takeBack()) return this.handler.onTryFailed(this, failure);
    this.writer.flush();
    this.cut(failure.outcome);
  }

  /** @returns whether nothing of the response has been given to the client: then it is as if none had come */
  private takeBack(): boolean {
    if (this.phase !== "responding" || this.shaper?.started !== false) return false;
    this.shaper.reset();
    this.phase = "deciding";
    return true;
  }

  /** Goes on with a response that the client was too slow for. */
  onClientDrain(): void {
    this.progressed = true;
    if (this.shaper === undefined) this.link?.resume();
    else this.shaper.onDrain();
  }

  resumeResponse(): void {
    this.link?.resume();
  }

  /** The client's connection is gone. */
  onClientGone(): void {
    if (this.over) return;
    this.dropConnection();
    if (!this.responding) this.status = 499;
    this.end(this.responding ? this.outcome : "cancelled", false, false);
  }

  /** Answers without an endpoint, or instead of one. */
  respond(response: LocalResponse): void {
    // One answer is enough: whatever else goes wrong while policies look at it.
    if (this.over || this.responding || this.phase === "shaping") return;
    this.dropConnection();
    if (this.shaper === undefined) return this.answer(response, this.code);
    this.takeBack();
    this.phase = "shaping";
    this.shaper.onLocal(response, this.code);
  }

  answer(response: LocalResponse, code: ErrorCode | undefined): void {
    this.status = response.status;
    this.code = code;
    const bodyRead = this.body.complete || this.client.canSkipBody;
    this.keepAlive = this.client.wantsKeepAlive && bodyRead && response.close !== true;
    this.writer.local(response, this.method, this);
    this.finish(this.outcome);
  }

  /** One step of the coarse timer. */
  sweep(now: Millis): void {
    if (this.phase === "waiting" || (this.phase === "deciding" && this.deadline > 0)) {
      if (now >= this.deadline) this.handler.onTimeout(this);
    } else if (this.phase === "responding" || (this.phase === "shaping" && this.responding)) {
      // While something is on its way to the client, it is not the endpoint that is silent.
      const usual = this.forwardedAt === 0 ? UNSENT_IDLE : this.timeouts.idle;
      const idle = this.client.isSending ? usual : Math.min(usual, this.silence);
      if (this.progressed) {
        this.progressed = false;
        this.quietSince = now;
      } else if (now - this.quietSince >= idle) this.endSilence();
    } else if (this.phase === "tunnel") {
      if (this.upgradeTry?.takeActivity()) this.deadline = now + this.tunnelIdle;
      else if (now >= this.deadline) this.upgradeTry?.closeTunnel();
    }
  }

  private endSilence(): void {
    if (this.takeBack()) this.handler.onTimeout(this);
    else this.cut(this.client.isSending ? "cancelled" : "timeout");
  }

  /** After a client's half-close, how much longer silence is put up with. */
  shortenSilence(now: Millis, limit: Millis): void {
    if (this.responding) this.silence = limit;
    else this.deadline = Math.min(this.deadline === 0 ? Number.POSITIVE_INFINITY : this.deadline, now + limit);
  }

  /** Gives up the present try without a word to the handler. */
  dropConnection(): void {
    const { link, upgradeTry, second } = this;
    this.link = this.upgradeTry = this.second = undefined;
    link?.destroy();
    upgradeTry?.abort();
    second?.abort();
  }

  /** Something threw that must not. What this exchange still has to do is the handler's to say. */
  onBug(error: unknown): void {
    if (this.over) return this.client.abort();
    // Whoever failed on the response is not asked about the answer that says so.
    if (this.takeBack() || (this.phase === "shaping" && !this.responding)) {
      this.shaper = undefined;
      this.phase = "deciding";
    }
    this.handler.onBug(this, error);
  }

  /** Ends it as it is, without an answer or in the middle of one. */
  abandon(): void {
    if (!this.over) this.cut("error");
  }

  /** A response that cannot be completed: the client must not take it for a whole one. */
  private cut(outcome: Outcome): void {
    if (outcome !== "cancelled") this.code ??= outcome === "timeout" ? "GW0307" : "GW0303";
    this.dropConnection();
    this.end(outcome, false, true);
  }

  private finish(outcome: Outcome): void {
    this.end(outcome, this.keepAlive, false);
  }

  private end(outcome: Outcome, keepAlive: boolean, abort: boolean): void {
    const tunnelled = this.phase === "tunnel";
    this.shaper?.reset();
    const now = this.handler.clock.now();
    this.phase = "done";
    if (!tunnelled) this.responseBytes = this.writer.octets;
    this.endRecord(outcome, now);
    this.handler.onFinish(this);
    this.phase = "idle";
    if (tunnelled) return;
    if (abort) this.client.abort();
    else this.client.exchangeDone(keepAlive);
  }
}
