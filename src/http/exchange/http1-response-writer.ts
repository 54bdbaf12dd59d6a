import type { Framing } from "../body/framing.ts";
import { dateLine } from "../date-line.ts";
import { FIELD } from "../head/field-kind.ts";
import type { MessageHead } from "../head/message-head.ts";
import { copyBulk, giveBulkBack } from "../../shared/bulk-copy.ts";
import { bodyOctets, isBodiless, type LocalResponse, rendered, renderLocalHead, withEdits } from "./local-response.ts";
import { responseHead } from "./response-head.ts";
import type { ResponseFacts, ResponseWriter } from "./response-writer.ts";

/** What is gathered as text, which is cheapest for a head and a small body. A larger body is copied as bytes, behind it. */
const GATHER_LIMIT = 4 * 1024;
/** A part up to this size leaves in one system call with what was gathered; copying a larger one behind it costs more. */
const JOIN_LIMIT = 64 * 1024;

/** Where an HTTP/1.x response goes. */
export interface Http1Sink {
  /** 0 or 1, of HTTP/1.x: what the client understands. */
  readonly minorVersion: number;
  /** More is waiting to leave than should be. */
  readonly isBackedUp: boolean;
  /** Something of what was written has not left yet. */
  readonly isSending: boolean;
  /** What is written has mostly left when the call returns. */
  readonly takesAtOnce: boolean;
  /** Text of one character an octet. */
  writeText(text: string): void;
  /** Bytes that stay valid. */
  writeBytes(bytes: Uint8Array): void;
}

/**
 * Writes one response to an HTTP/1.x client. Small pieces that one read brought are gathered into one text; large ones
 * are copied, because the bytes are the read buffer's.
 */
export class Http1ResponseWriter implements ResponseWriter {
  private readonly client: Http1Sink;
  private gathered = "";
  private framing = false;
  private trailerLines = "";
  octets = 0;

  constructor(client: Http1Sink) {
    this.client = client;
  }

  get keepsFraming(): boolean {
    return this.client.minorVersion === 1;
  }

  delimits(framing: Framing): boolean {
    return this.client.minorVersion === 1 || !isEndless(framing);
  }

  start(head: MessageHead, framing: Framing, facts: ResponseFacts): void {
    const modern = this.client.minorVersion === 1;
    let extra = head.indexOfKind(FIELD.DATE) >= 0 ? "" : dateLine(facts.startedAt);
    if (modern && isEndless(framing)) extra += "transfer-encoding: chunked\r\n";
    if (head.indexOfKind(FIELD.X_REQUEST_ID) < 0) extra += `x-request-id: ${facts.requestId}\r\n`;
    extra += this.persistence(facts.keepAlive);
    const edits = facts.responseFields;
    if (edits !== undefined) extra += edits.lines();
    this.startText(`${responseHead(head, extra, edits?.removed)}\r\n`, modern && framing.kind === "until-close");
  }

  /** @param frame the body has no framing of its own and is to be sent in chunks (RFC 9112 section 7.1) */
  startText(head: string, frame: boolean): void {
    this.gathered += head;
    this.framing = frame;
    this.trailerLines = "";
    this.octets = 0;
  }

  private persistence(keepAlive: boolean): string {
    if (!keepAlive) return "connection: close\r\n";
    return this.client.minorVersion === 0 ? "connection: keep-alive\r\n" : "";
  }

  write(bytes: Buffer, start: number, end: number): boolean {
    const length = end - start;
    // In chunks, nothing would be the end.
    if (length === 0) return !this.client.isBackedUp;
    this.octets += length;
    if (this.framing) this.gathered += `${length.toString(16)}\r\n`;
    if (this.gathered.length + length <= GATHER_LIMIT) {
      this.gathered += bytes.toString("latin1", start, end);
    } else {
      this.writeBulk(bytes, start, end);
    }
    if (this.framing) this.gathered += "\r\n";
    return !this.client.isBackedUp;
  }

  private writeBulk(bytes: Buffer, start: number, end: number): void {
    if (end - start > JOIN_LIMIT) this.flush();
    const { client, gathered } = this;
    this.gathered = "";
    // Behind what waits already it would wait, too, and a slow client would hold more memory than it was sent octets.
    const copy = copyBulk(gathered, bytes, start, end, client.takesAtOnce && !client.isSending);
    client.writeBytes(copy);
    // All of it is the kernel's already, as it is for a client that keeps up.
    if (!client.isSending) giveBulkBack(copy);
  }

  /** Where the body is not sent in chunks there is no place for them (RFC 9110 section 6.5.1). */
  trailers(lines: string): void {
    if (this.framing) this.trailerLines = lines;
  }

  end(): void {
    if (this.framing) this.gathered += `0\r\n${this.trailerLines}\r\n`;
    this.flush();
  }

  flush(): void {
    if (this.gathered === "") return;
    const text = this.gathered;
    this.gathered = "";
    this.client.writeText(text);
  }

  local(response: LocalResponse, method: string, facts: ResponseFacts): void {
    const date = response.dated === true ? "" : dateLine(facts.startedAt);
    const own = `${date}x-request-id: ${facts.requestId}\r\n${this.persistence(facts.keepAlive)}`;
    const edits = facts.responseFields;
    const bodiless = isBodiless(response.status, method);
    if (edits !== undefined && !edits.isEmpty) return this.localEdited(withEdits(response, edits), bodiless, own);
    const { head, body } = rendered(response);
    this.startText(`${head}${own}\r\n`, false);
    if (!bodiless) this.writeWhole(response, body);
    this.flush();
  }

  /** What policies change of a response is another thing for each client. */
  private localEdited(response: LocalResponse, bodiless: boolean, own: string): void {
    const length = response.length ?? bodyOctets(response).length;
    this.startText(renderLocalHead(response, length, own), false);
    if (!bodiless) this.writeWhole(response, undefined);
    this.flush();
  }

  /** A body whose octets stay as they are: large ones need not be copied, nor small ones made text once more. */
  private writeWhole(response: LocalResponse, text: string | undefined): void {
    if (text !== undefined) {
      this.octets += text.length;
      this.gathered += text;
      return;
    }
    const body = bodyOctets(response);
    if (body.length <= JOIN_LIMIT) return void this.write(body, 0, body.length);
    this.octets += body.length;
    this.flush();
    this.client.writeBytes(body);
  }

  askForBody(): void {
    this.client.writeText("HTTP/1.1 100 Continue\r\n\r\n");
  }

  informational(head: MessageHead): boolean {
    // RFC 9110 section 15.2: a 1xx is never sent to an HTTP/1.0 client.
    if (this.client.minorVersion === 0) return false;
    // A client that does not read is spared them, or an endpoint could fill the memory with them.
    if (this.client.isBackedUp) return true;
    this.flush();
    this.client.writeText(`${responseHead(head, "")}\r\n`);
    return true;
  }
}

function isEndless({ kind }: Framing): boolean {
  return kind === "until-close" || kind === "chunked";
}
