import type { ErrorCode } from "../../shared/errors/gateway-error.ts";
import { ChunkedScanner } from "../body/chunked-scanner.ts";
import type { Framing } from "../body/framing.ts";

/** Octets of a body that are read and dropped to keep a connection, rather than end it. */
const MAX_SKIPPED = 256 * 1024;

/** Cuts one request's body out of what a client sends. Used again for the next one. */
export class BodyIntake {
  private chunked = false;
  /** Octets of a body of known length that have not come yet. */
  private remaining = 0;
  private scanner: ChunkedScanner | undefined;
  /** The whole body has been read. */
  done = true;
  /** Where, in the bytes that `read` was given, the part of the body ends that it found from `at` on. */
  partEnd = 0;
  /** Why the body is refused, where `read` returned -1. */
  code: ErrorCode = "GW0203";
  fault = "";

  start(framing: Framing): void {
    this.done = framing.kind === "none";
    this.chunked = framing.kind === "chunked";
    this.remaining = framing.kind === "length" ? framing.length : 0;
    if (!this.chunked) return;
    this.scanner ??= new ChunkedScanner();
    this.scanner.start(true, framing.keepTrailers);
  }

  /**
   * Reads on. Chunked bodies keep their framing, in its plainest form, and are rewritten in place.
   * @param limit how many octets of data the body may have
   * @returns where reading stopped, or -1 if the body is refused
   */
  read(bytes: Buffer, at: number, end: number, limit: number): number {
    if (this.chunked) return this.readChunked(bytes, at, end, limit);
    const stop = Math.min(end, at + this.remaining);
    this.remaining -= stop - at;
    this.partEnd = stop;
    this.done = this.remaining === 0;
    return stop;
  }

  /** Is what is left of the body worth reading for nothing, as far as that is known? */
  get canSkip(): boolean {
    return this.remaining <= MAX_SKIPPED;
  }

  /** Reads on as `read` does, for a body that nobody wants. */
  skip(bytes: Buffer, at: number, end: number): number {
    return this.read(bytes, at, end, MAX_SKIPPED);
  }

  private readChunked(bytes: Buffer, at: number, end: number, limit: number): number {
    const scanner = this.scanner as ChunkedScanner;
    const stop = scanner.scan(bytes, at, end);
    if (stop < 0) return this.refuse("GW0203", `it has ${scanner.fault}`);
    if (scanner.dataOctets > limit) return this.refuse("GW0206", "its body is over the limit");
    this.partEnd = at + scanner.written;
    this.done = scanner.done;
    return stop;
  }

  private refuse(code: ErrorCode, fault: string): -1 {
    this.code = code;
    this.fault = fault;
    return -1;
  }
}
