import { constants, type ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import type { Millis } from "../../shared/clock.ts";
import type { ClientSide } from "../exchange/client-side.ts";
import type { HttpExchange } from "../exchange/http-exchange.ts";
import { Http2ResponseWriter } from "../exchange/http2-response-writer.ts";
import { FIELD } from "../head/field-kind.ts";
import { FAULT } from "../head/message-head.ts";
import { scanRequest } from "../head/scan-request.ts";
import type { Http2Connection } from "./http2-connection.ts";
import { requestText } from "./http2-request-text.ts";
import { trailerText } from "./http2-trailer-text.ts";
import { readFraming, type RequestFault } from "./read-framing.ts";
import { readRequest } from "./read-request.ts";
import { faultCode } from "./request-checks.ts";

/** One request of an HTTP/2 connection and its response. */
export class Http2Stream<Marks> implements ClientSide {
  readonly upgradable = undefined;
  /** An answer ends its stream, not the connection. */
  readonly canSkipBody = true;
  private readonly stream: ServerHttp2Stream;
  private readonly connection: Http2Connection<Marks>;
  private readonly writer: Http2ResponseWriter;
  private exchange: HttpExchange<Marks> | undefined;
  /** All of the request has come. */
  private requestRead = false;
  /** What came with the head is still being read. */
  inTurn = false;
  private paused = false;
  /** It is the gateway that ended the stream before its time; or the client, or what it sent. */
  private ours = false;
  private givenUp = false;
  private bodyOctets = 0;
  /** What this turn brought of the body. */
  private parts: Buffer[] = [];
  private trailers = "";
  private unsent = 0;
  private deadline: Millis = 0;

  constructor(stream: ServerHttp2Stream, connection: Http2Connection<Marks>) {
    this.stream = stream;
    this.connection = connection;
    this.writer = new Http2ResponseWriter(stream, connection, this.stopReading);
    stream.on("aborted", this.onGone);
    stream.on("close", this.onClose);
    stream.on("drain", this.onDrain);
  }

  get socket(): Socket {
    return this.connection.socket;
  }

  get wantsKeepAlive(): boolean {
    return !this.connection.listener.draining;
  }

  /** Octets of the body that have come and are not yet read. */
  get unread(): number {
    return this.stream.readableLength;
  }

  get isSending(): boolean {
    return this.stream.writableLength > 0;
  }

  /**
   * Reads the request's header list.
   * @param list names and values by turns, as they came
   * @param ended nothing follows it
   */
  begin(list: readonly string[], ended: boolean): void {
    const { listener, forwarding } = this.connection;
    const exchange = listener.exchanges.take();
    this.requestRead = ended;
    const fault = this.readHead(exchange, list);
    if (fault) exchange.view.clear();
    this.exchange = exchange;
    listener.beginExchange(exchange, this, this.writer, forwarding);
    this.attempt(() => {
      if (fault) this.refuse(fault);
      else this.startRequest(exchange, ended);
    });
  }

  private readHead({ view }: HttpExchange<Marks>, list: readonly string[]): RequestFault | undefined {
    const request = requestText(list);
    if ("fault" in request) return malformed(request.fault);
    const octets = Buffer.from(request.text, "latin1");
    this.connection.countHeaders(octets.length);
    const { headerBytes } = this.connection.listener.limits;
    const end = scanRequest(view.head, octets, 0, octets.length, headerBytes);
    if (end === FAULT) return { code: faultCode(view.head.faultKind), what: `it has ${view.head.fault}` };
    // What was checked field by field makes one head, and nothing behind it.
    return end === octets.length ? undefined : malformed("more than one head");
  }

  private startRequest(exchange: HttpExchange<Marks>, ended: boolean): void {
    const { view, framing } = exchange;
    const { listener, forwarding } = this.connection;
    const fault = readFraming(exchange, listener.limits);
    if (fault) return this.refuse(fault);
    if (ended && framing.kind !== "none") return this.refuse(malformed("a Content-Length and no body"));
    // Frames delimit it, whether or not a Content-Length says so, too.
    if (!ended && view.head.indexOfKind(FIELD.CONTENT_LENGTH) < 0) framing.kind = "until-close";
    exchange.body.start(framing.kind !== "none");
    if (!ended) this.readBody();
    const refusal = readRequest(view, forwarding);
    if (refusal) listener.handler.onRefused(exchange, refusal);
    else listener.handler.onRequest(exchange);
  }

  private readBody(): void {
    const { stream } = this;
    this.bodyProgressed();
    this.beginTurn();
    stream.on("data", this.onData);
    stream.on("trailers", this.onTrailers);
    stream.on("end", this.onEnd);
  }

  /** What one read of the connection brings comes frame by frame, and goes on at the end of it. */
  private beginTurn(): void {
    if (this.inTurn) return;
    this.inTurn = true;
    setImmediate(this.endTurn);
  }

  private readonly endTurn = (): void => {
    this.inTurn = false;
    this.attempt(() => {
      this.handOn();
      this.exchange?.flushRequest();
    });
  };

  private handOn(): void {
    const { parts, exchange } = this;
    if (parts.length === 0) return;
    this.parts = [];
    if (!exchange) return;
    for (const part of joinSmall(parts)) exchange.onRequestBody(part);
  }

  pauseRequest(): void {
    if (this.paused) return;
    this.paused = true;
    this.stream.pause();
  }

  resumeRequest(): void {
    if (!this.paused) return;
    this.paused = false;
    // While it was not read, a client could not be late with its body.
    this.bodyProgressed();
    this.stream.resume();
  }

  private bodyProgressed(): void {
    const { clock, limits } = this.connection.listener;
    this.deadline = clock.now() + limits.bodyTimeout;
  }

  private readonly onData = (part: Buffer): void => {
    const { exchange } = this;
    if (!exchange || part.length === 0) return;
    this.bodyOctets += part.length;
    this.connection.countData(part.length);
    const { framing } = exchange;
    const { bodyBytes } = this.connection.listener.limits;
    if (this.bodyOctets > bodyBytes)
      return this.attempt(() => this.refuse({ code: "GW0206", what: "its body is over the limit" }));
    // node:http2 has compared the two already; an endpoint must never see more than was announced.
    if (framing.kind !== "until-close" && this.bodyOctets > framing.length) return this.abort();
    this.bodyProgressed();
    this.parts.push(part);
    this.beginTurn();
  };

  private readonly onTrailers = (_fields: unknown, _flags: number, list: readonly string[] = []): void => {
    const trailers = trailerText(list);
    if ("fault" in trailers) this.attempt(() => this.refuse(malformed(trailers.fault)));
    else this.trailers = trailers.text;
  };

  private readonly onEnd = (): void => {
    const { exchange, stream } = this;
    // A stream that is reset ends here as well, and then its body is not whole.
    if (!exchange || stream.aborted || stream.closed) return;
    this.requestRead = true;
    if (exchange.body.complete) return;
    if (exchange.framing.kind === "length" && this.bodyOctets !== exchange.framing.length) return this.abort();
    this.attempt(() => {
      this.handOn();
      exchange.body.trailers = this.trailers;
      exchange.onRequestEnd();
      this.beginTurn();
    });
  };

  /** A bug in serving one exchange ends that exchange, not the process. */
  private attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      if (this.exchange) this.exchange.onBug(error);
      else this.abort();
    }
  }

  /** Answers with an error; if the response has begun, the stream is cut. */
  private refuse({ code, what }: RequestFault): void {
    const { exchange } = this;
    if (!exchange) return;
    if (exchange.responding) this.abort();
    else {
      exchange.dropConnection();
      this.connection.listener.handler.onRefused(exchange, { code, detail: `The request was refused: ${what}.` });
    }
  }

  exchangeDone(): void {
    this.letGoOfExchange();
    const { listener } = this.connection;
    this.deadline = listener.sweptAt + listener.limits.keepAliveTimeout;
    this.stopReading();
  }

  /**
   * What the client still sends of a request that has been answered is not wanted (RFC 9113 section 8.1): it is told so
   * behind the answer, and what has come is dropped.
   */
  private readonly stopReading = (): void => {
    const { stream } = this;
    if (this.requestRead || this.exchange) return;
    this.stream.resume();
    if (stream.writableEnded && !this.writer.awaitsTrailers) stream.close(constants.NGHTTP2_NO_ERROR);
  };

  private letGoOfExchange(): void {
    const { exchange } = this;
    this.exchange = undefined;
    if (exchange) this.connection.listener.exchanges.giveBack(exchange);
  }

  abort(): void {
    this.ours = true;
    const { exchange } = this;
    if (exchange && !exchange.over) exchange.onClientGone();
    else this.letGoOfExchange();
    this.writer.abort();
  }

  /** One step of the coarse timer. */
  sweep(now: Millis): void {
    const { exchange } = this;
    if (!exchange) return this.sweepUnsent(now);
    // Once the answer comes, either side's silence is the exchange's to judge: streams in both directions may rest.
    const answering = this.requestRead || exchange.responding || exchange.awaitsContinue;
    if (answering) return exchange.sweep(now);
    if (now < this.deadline) return;
    // If it is the endpoint that does not take the body, its own deadline counts.
    if (this.paused) exchange.sweep(now);
    else this.refuse({ code: "GW0207", what: "it did not come in time" });
  }

  /** What has not left yet is still the client's, as long as it takes any of it. */
  private sweepUnsent(now: Millis): void {
    const unsent = this.stream.writableLength;
    if (unsent !== this.unsent) {
      this.unsent = unsent;
      this.deadline = now + this.connection.listener.limits.keepAliveTimeout;
    } else if (now >= this.deadline) {
      // A connection that has failed sends nothing any more, not even that the stream is closed.
      this.stream.close(constants.NGHTTP2_CANCEL);
      this.stream.destroy();
    }
  }

  private readonly onDrain = (): void => this.attempt(() => this.exchange?.onClientDrain());

  /** The stream was reset, or its connection is gone; or it is the gateway that cuts it. */
  private readonly onGone = (): void => {
    const { exchange } = this;
    if (!exchange) return;
    this.givenUp = !this.ours;
    this.attempt(() => exchange.onClientGone());
  };

  private readonly onClose = (): void => {
    this.onGone();
    this.connection.forget(this, this.givenUp);
  };
}

/** Parts smaller than this on average are put together: each would be a chunk, and a piece of memory, of its own. */
const SMALL_PART = 4 * 1024;

function joinSmall(parts: readonly Buffer[]): readonly Buffer[] {
  if (parts.length === 1) return parts;
  const octets = parts.reduce((sum, { length }) => sum + length, 0);
  return octets / parts.length < SMALL_PART ? [Buffer.concat(parts, octets)] : parts;
}

function malformed(what: string): RequestFault {
  return { code: "GW0203", what: `it has ${what}` };
}
