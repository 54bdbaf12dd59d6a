import type { ClientSide } from "./client-side.ts";

/** What is gathered as text before it is written: a head and a small body leave in one system call. */
const GATHER_LIMIT = 32 * 1024;

/**
 * Writes one response to the client. Small pieces that one read brought are gathered into one text; large ones are
 * copied, because the bytes are the read buffer's.
 */
export class ResponseWriter {
  private readonly client: ClientSide;
  private gathered = "";
  private framing = false;
  octets = 0;

  constructor(client: ClientSide) {
    this.client = client;
  }

  /** @param frame the body has no framing of its own and is to be sent in chunks (RFC 9112 section 7.1) */
  start(head: string, frame: boolean): void {
    this.gathered += head;
    this.framing = frame;
    this.octets = 0;
  }

  /** A part of the body; the bytes need only be valid inside the call. Returns false to stop for a while. */
  write(bytes: Buffer, start: number, end: number): boolean {
    const length = end - start;
    // In chunks, nothing would be the end.
    if (length === 0) return !this.client.isBackedUp;
    this.octets += length;
    if (this.framing) this.gathered += `${length.toString(16)}\r\n`;
    if (this.gathered.length + length <= GATHER_LIMIT) {
      this.gathered += bytes.toString("latin1", start, end);
    } else {
      this.flush();
      this.client.writeBytes(Buffer.from(bytes.subarray(start, end)));
    }
    if (this.framing) this.gathered += "\r\n";
    return !this.client.isBackedUp;
  }

  end(): void {
    if (this.framing) this.gathered += "0\r\n\r\n";
    this.flush();
  }

  /** Sends what was gathered. */
  flush(): void {
    if (this.gathered === "") return;
    const text = this.gathered;
    this.gathered = "";
    this.client.writeText(text);
  }

  /** Something that stands before the response: a 1xx. */
  interject(text: string): void {
    this.flush();
    this.client.writeText(text);
  }
}
