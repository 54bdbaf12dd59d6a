import { ChunkedScanner } from "../body/chunked-scanner.ts";

/** Gathers a request's whole body, its framing taken off, as long as it stays within a limit. */
export class BodyCollector {
  private readonly limit: number;
  private readonly scanner: ChunkedScanner | undefined;
  private readonly parts: Buffer[] = [];
  private octets = 0;
  /** It is longer than the limit: nothing of it is kept. */
  tooLong = false;

  /**
   * @param limit in octets of the body itself
   * @param chunked the parts have the framing of HTTP/1.1 (RFC 9112 section 7.1), which has been found in order
   */
  constructor(limit: number, chunked: boolean) {
    this.limit = limit;
    if (!chunked) return;
    this.scanner = new ChunkedScanner();
    this.scanner.start(false, false);
  }

  /**
   * @param part its bytes stay valid, and as they are
   * @returns false once the body is too long
   */
  push(part: Buffer): boolean {
    if (this.tooLong) return false;
    const data = this.scanner === undefined ? part : this.unframed(this.scanner, part);
    this.octets += data.length;
    if (this.octets > this.limit) {
      this.tooLong = true;
      this.parts.length = 0;
    } else if (data.length > 0) this.parts.push(data);
    return !this.tooLong;
  }

  /** The scanner rewrites in place, and the part may still be sent on as it came. */
  private unframed(scanner: ChunkedScanner, part: Buffer): Buffer {
    const copy = Buffer.from(part);
    scanner.scan(copy, 0, copy.length);
    return copy.subarray(0, scanner.written);
  }

  /** All that was pushed, in one piece. */
  whole(): Buffer {
    return this.parts.length === 1 ? (this.parts[0] as Buffer) : Buffer.concat(this.parts, this.octets);
  }
}
