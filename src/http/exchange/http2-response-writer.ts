import { constants, type ServerHttp2Stream } from "node:http2";
import type { Framing } from "../body/framing.ts";
import { dateLine } from "../date-line.ts";
import { FIELD } from "../head/field-kind.ts";
import type { MessageHead } from "../head/message-head.ts";
import { type Fields, joinedFields, localFields, responseFields, trailerFields } from "./http2-response-fields.ts";
import { bodyOctets, type LocalResponse, withEdits } from "./local-response.ts";
import type { ResponseFacts, ResponseWriter } from "./response-writer.ts";

/** Frames that wait to leave beyond which no more interim responses are added: nobody seems to read. */
const MAX_QUEUED_FRAMES = 100;
const NOTHING = Buffer.alloc(0);

/** What a stream's writer must know of its connection. */
export interface StreamSurroundings {
  /** Unsent octets of one stream beyond which its endpoint is not read any more. */
  readonly backedUp: number;
}

/** Writes the response of one HTTP/2 stream. */
export class Http2ResponseWriter implements ResponseWriter {
  readonly keepsFraming = false;
  private readonly stream: ServerHttp2Stream;
  private readonly surroundings: StreamSurroundings;
  private readonly onSent: () => void;
  private trailerLines = "";
  octets = 0;
  /** The last frame of the response is still to come, behind the body. */
  awaitsTrailers = false;

  /** @param onSent called when the trailers have been sent */
  constructor(stream: ServerHttp2Stream, surroundings: StreamSurroundings, onSent: () => void) {
    this.stream = stream;
    this.surroundings = surroundings;
    this.onSent = onSent;
  }

  /** Frames do. */
  delimits(): boolean {
    return true;
  }

  start(head: MessageHead, framing: Framing, facts: ResponseFacts): void {
    const fields = responseFields(head, facts.responseFields);
    if (head.indexOfKind(FIELD.DATE) < 0) fields["date"] = dateValue(facts);
    if (head.indexOfKind(FIELD.X_REQUEST_ID) < 0) fields["x-request-id"] = facts.requestId;
    // Only what is in chunks, or came by HTTP/2, can have trailers; holding the end back for them costs a frame.
    const waitForTrailers =
      framing.kind !== "none" && (framing.kind !== "length" || head.indexOfKind(FIELD.TRAILER) >= 0);
    this.respond(fields, framing.kind === "none", waitForTrailers);
  }

  private respond(fields: Fields, endStream: boolean, waitForTrailers: boolean): void {
    const { stream } = this;
    if (stream.destroyed || stream.closed) return;
    const options = { endStream, waitForTrailers };
    this.awaitsTrailers = waitForTrailers;
    if (waitForTrailers) stream.once("wantTrailers", this.sendTrailers);
    try {
      stream.respond(fields, options);
    } catch {
      stream.respond(joinedFields(fields), options);
    }
  }

  private readonly sendTrailers = (): void => {
    const { stream } = this;
    if (stream.destroyed || stream.closed) return;
    const fields = trailerFields(this.trailerLines);
    try {
      stream.sendTrailers(fields);
    } catch {
      stream.sendTrailers(joinedFields(fields));
    }
    // They leave in an immediate of their own (node:http2), and nothing may close the stream before.
    setImmediate(() => {
      this.awaitsTrailers = false;
      this.onSent();
    });
  };

  write(bytes: Buffer, start: number, end: number): boolean {
    const { stream } = this;
    if (end > start && this.isOpen) {
      this.octets += end - start;
      stream.write(Buffer.from(bytes.subarray(start, end)));
    }
    return stream.writableLength <= this.surroundings.backedUp;
  }

  /** Responses that have no body, by their status or their request's method, have been ended by their head. */
  private get isOpen(): boolean {
    return !this.stream.writableEnded && !this.stream.destroyed;
  }

  trailers(lines: string): void {
    this.trailerLines = lines;
  }

  end(): void {
    if (this.isOpen) this.stream.end();
  }

  /** node:http2 gathers what one turn brings. */
  flush(): void {}

  local(response: LocalResponse, method: string, facts: ResponseFacts): void {
    const { status } = response;
    const bodiless = status === 204 || status === 304;
    const body = bodiless ? NOTHING : bodyOctets(response);
    const fields = localFields(withEdits(response, facts.responseFields));
    if (!bodiless) fields["content-length"] = String(response.length ?? body.length);
    if (response.dated !== true) fields["date"] = dateValue(facts);
    fields["x-request-id"] = facts.requestId;
    const empty = body.length === 0 || method === "HEAD";
    this.respond(fields, empty, false);
    this.octets = empty ? 0 : body.length;
    if (!empty && this.isOpen) this.stream.end(body);
  }

  askForBody(): void {
    const { stream } = this;
    if (!stream.destroyed && !stream.closed && !stream.headersSent) stream.additionalHeaders({ ":status": 100 });
  }

  informational(head: MessageHead): boolean {
    const { stream } = this;
    if (stream.destroyed || stream.closed || stream.headersSent) return true;
    // A client that does not read is spared them, or an endpoint could fill the memory with them.
    if ((stream.session?.state.outboundQueueSize ?? 0) > MAX_QUEUED_FRAMES) return true;
    const fields = responseFields(head);
    try {
      stream.additionalHeaders(fields);
    } catch {
      stream.additionalHeaders(joinedFields(fields));
    }
    return true;
  }

  /** Ends the stream so that the client sees that something is missing. */
  abort(): void {
    const { stream } = this;
    // `close` ends the writable side first. That would send END_STREAM in front of the reset: a whole body, to most clients.
    stream._final = (done) => done();
    stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  }
}

function dateValue(facts: ResponseFacts): string {
  return dateLine(facts.startedAt).slice("date: ".length, -"\r\n".length);
}
