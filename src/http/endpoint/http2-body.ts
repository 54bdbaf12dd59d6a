import { ChunkedScanner } from "../body/chunked-scanner.ts";
import type { Framing } from "../body/framing.ts";

/** Takes the framing of HTTP/1.1 off a request's body, for frames do that in HTTP/2. */
export class UnframedBody {
  private readonly scanner: ChunkedScanner | undefined;

  constructor(framing: Framing) {
    if (framing.kind !== "chunked") return;
    this.scanner = new ChunkedScanner();
    this.scanner.start(false);
  }

  /**
   * The data of a part, which itself is left as it is: it may have to be sent again.
   * @throws Error if it is not in chunks: whoever read it from the client has let that pass
   */
  dataOf(part: Buffer): Buffer {
    const { scanner } = this;
    if (scanner === undefined) return part;
    const copy = Buffer.from(part);
    if (scanner.scan(copy, 0, copy.length) < 0) throw new Error(`a request's body has ${scanner.fault}`);
    return copy.subarray(0, scanner.written);
  }

  /** Of a body in chunks whose end has been seen: lines, each with its CRLF. */
  get trailers(): string {
    return this.scanner?.trailers ?? "";
  }
}
