import { CR, FIELD_VALUE, LF, TOKEN } from "../octets.ts";
import { mayBeTrailer } from "./trailer-names.ts";

const STATE = {
  SIZE_START: 0,
  SIZE: 1,
  EXTENSION: 2,
  SIZE_LF: 3,
  DATA: 4,
  DATA_CR: 5,
  DATA_LF: 6,
  TRAILER_START: 7,
  TRAILER_NAME: 8,
  TRAILER_VALUE: 9,
  TRAILER_LF: 10,
  END_LF: 11,
  DONE: 12,
} as const;

/** Chunk sizes have at most this many hex digits: beyond it no honest chunk is, and readers overflow. */
const MAX_SIZE_DIGITS = 13;
/** Extensions and trailers together, per body. */
const MAX_EXTRA_OCTETS = 16 * 1024;

/**
 * Reads a chunked body (RFC 9112 section 7.1) strictly, and rewrites it in place.
 *
 * What `scan` leaves in the buffer is either the body's data alone (`keepFraming` false), or the same chunks in their
 * plainest framing (true): chunk extensions are dropped, as RFC 9112 section 7.1.1 lets a recipient do, so that no
 * reader behind can take them for something else. A body without extensions is left as it came and nothing is moved.
 */
export class ChunkedScanner {
  private state: number = STATE.SIZE_START;
  private size = 0;
  private digits = 0;
  private extra = 0;
  private quoted = false;
  private keepFraming = true;
  private keepTrailers = true;
  private trailerName = "";
  /** How many octets of `bytes`, from the start given to `scan`, are the rewritten body. */
  written = 0;
  /** Octets of data (without framing) since `start`. */
  dataOctets = 0;
  /** Trailer lines, each with its CRLF, where the framing is not kept: they would be lost otherwise. */
  trailers = "";
  /** Set when the body is malformed; "" otherwise. */
  fault = "";

  /** @param keepTrailers false: they are read as strictly as ever, and dropped (RFC 9112 section 7.1.2) */
  start(keepFraming: boolean, keepTrailers = true): void {
    this.state = STATE.SIZE_START;
    this.keepFraming = keepFraming;
    this.keepTrailers = keepTrailers;
    this.extra = 0;
    this.dataOctets = 0;
    this.fault = this.trailers = "";
  }

  get done(): boolean {
    return this.state === STATE.DONE;
  }

  /**
   * Reads as far as the bytes or the body go. The rewritten part stands in `bytes` from `from`, `written` long.
   * @returns where reading stopped: `end`, or just past the body (`done`), or -1 on a fault
   */
  scan(bytes: Buffer, from: number, end: number): number {
    let at = from;
    let out = from;
    while (at < end && this.state !== STATE.DONE) {
      if (this.state === STATE.DATA) {
        const take = Math.min(this.size, end - at);
        if (out !== at) bytes.copy(bytes, out, at, at + take);
        out += take;
        at += take;
        this.size -= take;
        this.dataOctets += take;
        if (this.size === 0) this.state = STATE.DATA_CR;
        continue;
      }
      const octet = bytes[at++] as number;
      const before = this.state;
      if (!this.step(octet)) return -1;
      if (this.keepFraming && this.stays(before)) bytes[out++] = octet;
    }
    this.written = out - from;
    return at;
  }

  /** Is the octet that has just been read, in the state `before`, part of the plainest framing? */
  private stays(before: number): boolean {
    const { state } = this;
    // The CR that ends an extension was read in that state, but belongs to the framing that stays.
    if (before === STATE.EXTENSION) return state === STATE.SIZE_LF;
    if (state === STATE.EXTENSION) return false;
    if (this.keepTrailers) return true;
    return before !== STATE.TRAILER_LF && (state < STATE.TRAILER_NAME || state > STATE.TRAILER_LF);
  }

  private fail(fault: string): false {
    this.fault = fault;
    return false;
  }

  private step(octet: number): boolean {
    switch (this.state) {
      case STATE.SIZE_START:
        this.size = 0;
        this.digits = 0;
        if (hexValue(octet) < 0) return this.fail("a chunk without a size");
        this.state = STATE.SIZE;
        return this.sizeDigit(octet);
      case STATE.SIZE:
        return this.sizeDigit(octet);
      case STATE.EXTENSION:
        return this.extensionOctet(octet);
      case STATE.SIZE_LF:
        if (octet !== LF) return this.fail("a chunk size line that does not end in CRLF");
        this.state = this.size === 0 ? STATE.TRAILER_START : STATE.DATA;
        return true;
      case STATE.DATA_CR:
        if (octet !== CR) return this.fail("chunk data longer than its size");
        this.state = STATE.DATA_LF;
        return true;
      case STATE.DATA_LF:
        if (octet !== LF) return this.fail("chunk data that does not end in CRLF");
        this.state = STATE.SIZE_START;
        return true;
      default:
        return this.trailerOctet(octet) && this.keepTrailer(octet);
    }
  }

  /** The last line is the body's end, and no trailer. */
  private keepTrailer(octet: number): true {
    const { state } = this;
    const isTrailer = state !== STATE.END_LF && state !== STATE.DONE;
    if (isTrailer && this.keepTrailers && !this.keepFraming) this.trailers += String.fromCharCode(octet);
    return true;
  }

  private sizeDigit(octet: number): boolean {
    const value = hexValue(octet);
    if (value >= 0) {
      if (++this.digits > MAX_SIZE_DIGITS) return this.fail("a chunk size too large");
      this.size = this.size * 16 + value;
      return true;
    }
    if (octet === CR) {
      this.state = STATE.SIZE_LF;
      return true;
    }
    if (octet === 0x3b) {
      this.state = STATE.EXTENSION;
      this.quoted = false;
      return true;
    }
    return this.fail("a malformed chunk size");
  }

  /** Anything a field value may hold, up to the CR; a quoted string may not hold the line's end either. */
  private extensionOctet(octet: number): boolean {
    if (++this.extra > MAX_EXTRA_OCTETS) return this.fail("chunk extensions too large");
    if (octet === CR) {
      if (this.quoted) return this.fail("a chunk extension with an open quote");
      this.state = STATE.SIZE_LF;
      return true;
    }
    if (octet === 0x22) this.quoted = !this.quoted;
    return FIELD_VALUE[octet] === 1 || this.fail("a control character in a chunk extension");
  }

  private trailerOctet(octet: number): boolean {
    if (++this.extra > MAX_EXTRA_OCTETS) return this.fail("trailers too large");
    switch (this.state) {
      case STATE.TRAILER_START:
        if (octet === CR) {
          this.state = STATE.END_LF;
          return true;
        }
        if (TOKEN[octet] !== 1) return this.fail("a malformed trailer");
        this.trailerName = String.fromCharCode(octet);
        this.state = STATE.TRAILER_NAME;
        return true;
      case STATE.TRAILER_NAME:
        if (octet === 0x3a) return this.endTrailerName();
        if (TOKEN[octet] !== 1) return this.fail("a malformed trailer");
        if (this.trailerName.length < 40) this.trailerName += String.fromCharCode(octet);
        return true;
      case STATE.TRAILER_VALUE:
        if (octet === CR) {
          this.state = STATE.TRAILER_LF;
          return true;
        }
        return FIELD_VALUE[octet] === 1 || this.fail("a control character in a trailer");
      case STATE.TRAILER_LF:
        if (octet !== LF) return this.fail("a trailer that does not end in CRLF");
        this.state = STATE.TRAILER_START;
        return true;
      default:
        if (octet !== LF) return this.fail("a chunked body that does not end in CRLF");
        this.state = STATE.DONE;
        return true;
    }
  }

  private endTrailerName(): boolean {
    if (!mayBeTrailer(this.trailerName)) return this.fail(`the field ${this.trailerName} as a trailer`);
    this.state = STATE.TRAILER_VALUE;
    return true;
  }
}

/** -1 if it is not a hex digit. */
function hexValue(octet: number): number {
  if (octet >= 48 && octet <= 57) return octet - 48;
  const letter = octet | 0x20;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}
