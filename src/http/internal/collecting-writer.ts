import type { Framing } from "../body/framing.ts";
import type { LocalResponse } from "../exchange/local-response.ts";
import type { ResponseWriter } from "../exchange/response-writer.ts";
import { copyHead, type MessageHead } from "../head/message-head.ts";

/** Gathers the response to a request of the gateway's own. */
export class CollectingWriter implements ResponseWriter {
  readonly keepsFraming = false;
  octets = 0;
  /** An endpoint's; `undefined` where none has answered. */
  head: MessageHead | undefined;
  /** All of it has come. */
  complete = false;
  private readonly limit: number;
  private readonly keeps: boolean;
  private readonly onTooLong: () => void;
  private readonly parts: Buffer[] = [];

  /**
   * @param limit in octets of the body, without framing
   * @param keeps false: the body is read and dropped
   * @param onTooLong called when it is longer; nothing more of it is wanted
   */
  constructor(limit: number, keeps: boolean, onTooLong: () => void) {
    this.limit = limit;
    this.keeps = keeps;
    this.onTooLong = onTooLong;
  }

  /** The body, in one piece. */
  body(): Buffer {
    return this.parts.length === 1 ? (this.parts[0] as Buffer) : Buffer.concat(this.parts);
  }

  /** There is no connection that could have to end. */
  delimits(): boolean {
    return true;
  }

  start(head: MessageHead, framing: Framing): void {
    this.head = copyHead(head);
    if (framing.kind === "length" && framing.length > this.limit) this.onTooLong();
  }

  write(bytes: Buffer, start: number, end: number): boolean {
    this.octets += end - start;
    if (this.octets > this.limit) this.onTooLong();
    else if (this.keeps && end > start) this.parts.push(Buffer.from(bytes.subarray(start, end)));
    return true;
  }

  trailers(): void {}

  end(): void {
    this.complete = true;
  }

  flush(): void {}

  /** An error of the gateway's own: what it is stands in the exchange's code. */
  local(_response: LocalResponse): void {
    this.head = undefined;
  }

  askForBody(): void {}

  /** Nobody is told. */
  informational(): boolean {
    return false;
  }
}
