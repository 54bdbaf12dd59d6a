import type { EventEmitter } from "node:events";
import { type ClientHttp2Stream, constants } from "node:http2";
import type { Framing } from "../body/framing.ts";
import { trailerText } from "../client/http2-trailer-text.ts";
import { joinedFields, trailerFields } from "../exchange/http2-response-fields.ts";
import type { EndpointLink } from "./endpoint-link.ts";
import { UnframedBody } from "./http2-body.ts";
import type { Http2Connection } from "./http2-connection.ts";
import { failureOf } from "./http2-failure.ts";
import { requestFields } from "./http2-request-fields.ts";
import { readResponseHead } from "./http2-response-head.ts";
import type { EndpointFailure, EndpointReceiver } from "./receiver.ts";

/** Octets of a request that may wait to be sent before the client is told to wait. */
const MAX_UNSENT = 256 * 1024;

/** One exchange's way to an endpoint that speaks HTTP/2: a place on a connection, and then a stream. */
export class Http2Link implements EndpointLink {
  private receiver: EndpointReceiver | undefined;
  private readonly scheme: "http" | "https";
  private connection: Http2Connection | undefined;
  private stream: ClientHttp2Stream | undefined;
  private body: UnframedBody | undefined;
  private trailerLines = "";
  private responseTrailers = "";
  private wasIdle = false;
  private answered = false;
  private responding = false;
  private bodiless = false;
  /** The last frame of the answer has come. */
  private remoteEnded = false;
  private requestEnded = false;
  private flushing = false;
  private error: Error | undefined;

  constructor(receiver: EndpointReceiver, scheme: "http" | "https") {
    this.receiver = receiver;
    this.scheme = scheme;
  }

  get ready(): boolean {
    return this.receiver !== undefined && this.connection?.isConnecting === false;
  }

  join(connection: Http2Connection): void {
    this.connection = connection;
    this.wasIdle = connection.join(this);
  }

  /** The connection it waits for is there. */
  connected(): void {
    this.attempt((receiver) => receiver.onEndpointReady(this));
  }

  sendHead(head: string, framing: Framing, part: Buffer | undefined): boolean {
    const { connection } = this;
    if (!connection || this.stream) return true;
    const fields = requestFields(head, this.scheme);
    const endStream = framing.kind === "none";
    this.requestEnded = endStream;
    this.body = new UnframedBody(framing);
    try {
      // node:http2 refuses to send some fields twice; joined they mean the same (RFC 9110 section 5.3).
      const request = (list: typeof fields) => connection.request(list, endStream);
      this.stream = connection.isOpen
        ? tryBoth(
            () => request(fields),
            () => request(joinedFields(fields)),
          )
        : undefined;
    } catch (error) {
      // Not in this turn: who sends does not expect to be answered.
      process.nextTick(() => this.bug(error));
      return true;
    }
    if (this.stream === undefined) {
      process.nextTick(() => this.fail(CLOSED_MEANWHILE));
      return true;
    }
    this.listen(this.stream);
    return part === undefined || this.sendBody(part);
  }

  private listen(stream: ClientHttp2Stream): void {
    // The third argument, all fields in the order in which they came, is documented and not typed.
    const emitter: EventEmitter = stream;
    const onHead = (_: unknown, flags: number, list: string[]): void => this.onHead(list, flags);
    emitter.on("headers", onHead);
    emitter.on("response", onHead);
    emitter.on("trailers", (_: unknown, _flags: number, list: string[]) => this.onTrailers(list));
    stream.on("data", this.onData);
    stream.on("end", this.onEnd);
    stream.on("drain", this.onDrain);
    stream.on("wantTrailers", () => this.sendTrailers(stream));
    stream.on("error", (error: Error) => {
      this.error = error;
    });
    stream.on("close", this.onClose);
    // RST_STREAM with NO_ERROR ends what is read just as END_STREAM does. Only the latter comes while the stream is open.
    const push = stream.push.bind(stream);
    stream.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
      if (chunk === null && !stream.closed) this.remoteEnded = true;
      return push(chunk, encoding);
    };
  }

  sendBody(part: Buffer): boolean {
    const { stream, body } = this;
    if (!stream || !body || !this.isWritable || part.length === 0) return true;
    const data = body.dataOf(part);
    if (data.length > 0) stream.write(data);
    return stream.writableLength < MAX_UNSENT;
  }

  sendEnd(trailers: string): void {
    if (this.requestEnded || !this.stream) return;
    this.requestEnded = true;
    this.trailerLines = (this.body?.trailers ?? "") + trailers;
    if (this.isWritable) this.stream.end();
  }

  private get isWritable(): boolean {
    const { stream } = this;
    return stream !== undefined && !stream.writableEnded && !stream.destroyed && !stream.closed;
  }

  private sendTrailers(stream: ClientHttp2Stream): void {
    if (stream.destroyed || stream.closed) return;
    const fields = trailerFields(this.trailerLines);
    this.attempt(() =>
      tryBoth(
        () => stream.sendTrailers(fields),
        () => stream.sendTrailers(joinedFields(fields)),
      ),
    );
  }

  resume(): void {
    this.stream?.resume();
  }

  destroy(): void {
    this.receiver = undefined;
    this.cancel();
  }

  /** The connection is ended by us: nobody is told. */
  forget(): void {
    this.receiver = undefined;
  }

  private cancel(): void {
    const { stream, connection } = this;
    if (stream === undefined) connection?.leave(this, false);
    else if (!stream.closed && !stream.destroyed) stream.close(constants.NGHTTP2_CANCEL);
  }

  private onHead(list: string[], flags: number): void {
    this.attempt((receiver) => {
      this.answered = true;
      const isEnd = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
      const read = readResponseHead(list, isEnd, receiver.method);
      if ("fault" in read) return this.malformed(read.fault);
      const { head, framing } = read;
      if (head.status < 200) return receiver.onInformational(head);
      if (this.responding) return this.malformed("it has two heads");
      this.responding = true;
      this.bodiless = framing.kind === "none";
      receiver.onResponseHead(head, framing);
      this.flushSoon();
    });
  }

  private readonly onData = (chunk: Buffer): void => {
    this.attempt((receiver) => {
      if (this.bodiless) return this.malformed("a body where there is none");
      if (!receiver.onResponseBody(chunk, 0, chunk.length)) this.stream?.pause();
      this.flushSoon();
    });
  };

  /** Several events come out of one read, and what they bring is to leave in one write. */
  private flushSoon(): void {
    if (this.flushing) return;
    this.flushing = true;
    setImmediate(() => {
      this.flushing = false;
      this.attempt((receiver) => receiver.onReadEnd());
    });
  }

  private onTrailers(list: string[]): void {
    this.attempt(() => {
      const rendered = trailerText(list);
      if ("fault" in rendered) this.malformed(`its trailers have ${rendered.fault}`);
      else this.responseTrailers = rendered.text;
    });
  }

  private readonly onEnd = (): void => {
    if (!this.remoteEnded || !this.responding) return;
    this.attempt((receiver) => {
      if (this.responseTrailers !== "") receiver.onResponseTrailers(this.responseTrailers);
      this.receiver = undefined;
      // Answered before the request was complete: what is left of it is not wanted.
      if (!this.requestEnded || (this.stream?.writableLength ?? 0) > 0) this.cancel();
      receiver.onResponseEnd();
    });
  };

  private readonly onDrain = (): void => this.attempt((receiver) => receiver.onEndpointDrain());

  private readonly onClose = (): void => {
    const { connection, stream } = this;
    connection?.leave(this, true);
    if (!this.receiver) return;
    const { error, answered, wasIdle } = this;
    const beyondGoaway = stream?.id !== undefined && connection?.isBeyondGoaway(stream.id) === true;
    this.fail(failureOf({ code: stream?.rstCode ?? 0, error, beyondGoaway, answered, wasIdle }));
  };

  private malformed(fault: string): void {
    const detail = `the answer is not HTTP/2: ${fault}`;
    this.fail({ outcome: "error", detail, reason: "protocol", reused: false, nothingCame: false });
  }

  /** The receiver is told, and nothing more comes. */
  fail(failure: EndpointFailure): void {
    const { receiver } = this;
    this.destroy();
    receiver?.onEndpointFailure(failure);
  }

  /** A bug in serving one exchange ends that exchange, not the process. */
  private attempt(serve: (receiver: EndpointReceiver) => void): void {
    const { receiver } = this;
    if (!receiver) return;
    try {
      serve(receiver);
    } catch (error) {
      this.bug(error, receiver);
    }
  }

  private bug(error: unknown, receiver = this.receiver): void {
    this.destroy();
    receiver?.onBug(error);
  }
}

/** It was there when it was chosen, and gone when the request was to be sent. */
const CLOSED_MEANWHILE: EndpointFailure = {
  outcome: "reset",
  detail: "it closed the connection before the request was sent",
  reused: true,
  nothingCame: true,
  unprocessed: true,
};

function tryBoth<T>(first: () => T, second: () => T): T {
  try {
    return first();
  } catch {
    return second();
  }
}
