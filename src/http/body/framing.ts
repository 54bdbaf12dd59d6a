import { nominatedFields } from "../head/copy-fields.ts";
import { FIELD } from "../head/field-kind.ts";
import type { FaultKind, MessageHead } from "../head/message-head.ts";
import { mayBeTrailer } from "./trailer-names.ts";

/**
 * How a message's body is delimited in its octets. "until-close": not at all, but by the connection's end; or, of an
 * HTTP/2 message, by frames.
 */
export type BodyKind = "none" | "length" | "chunked" | "until-close";

/** The outcome of reading a head's framing fields; one mutable object a connection, reused. */
export class Framing {
  kind: BodyKind = "none";
  /** Octets of the body where `kind` is "length". */
  length = 0;
  /** Of a chunked body: may its trailers go on? */
  keepTrailers = true;
  /** Set when the framing is refused; "" otherwise. */
  fault = "";
  faultKind: FaultKind = "malformed";

  private clear(): void {
    this.fault = "";
    this.kind = "none";
    this.length = 0;
  }

  /** A body that is held whole, whatever framing it came in. */
  setLength(length: number): void {
    this.kind = length === 0 ? "none" : "length";
    this.length = length;
  }

  private refuse(fault: string, kind: FaultKind = "malformed"): false {
    this.fault = fault;
    this.faultKind = kind;
    return false;
  }

  /**
   * A request's framing (RFC 9112 section 6.3). Whatever two readers could take differently is refused.
   * @returns false if refused
   */
  readRequest(head: MessageHead): boolean {
    this.clear();
    if (!this.readFields(head)) return false;
    // Without either field a request has no body: that is the reading of every server.
    if (this.kind === "until-close") this.kind = "none";
    return true;
  }

  /**
   * A response's framing, given the request it answers.
   * @returns false if refused
   */
  readResponse(head: MessageHead, requestMethod: string): boolean {
    this.clear();
    const { status } = head;
    const neverHas = status < 200 || status === 204;
    // RFC 9112 section 6.1.
    if (neverHas && head.indexOfKind(FIELD.TRANSFER_ENCODING) >= 0)
      return this.refuse("a Transfer-Encoding in a response that has no body");
    // Even where nothing is framed, what other readers might take for framing is to be in order.
    if (!this.readFields(head)) return false;
    if (neverHas || requestMethod === "HEAD" || status === 304) {
      this.kind = "none";
      this.length = 0;
    }
    return true;
  }

  /** Content-Length and Transfer-Encoding; "until-close" if there is neither. */
  private readFields(head: MessageHead): boolean {
    const lengthAt = head.indexOfKind(FIELD.CONTENT_LENGTH);
    const codingAt = head.indexOfKind(FIELD.TRANSFER_ENCODING);
    if (codingAt >= 0) {
      if (lengthAt >= 0) return this.refuse("both Content-Length and Transfer-Encoding");
      if (head.minorVersion === 0) return this.refuse("Transfer-Encoding in HTTP/1.0");
      if (head.indexOfKind(FIELD.TRANSFER_ENCODING, codingAt + 1) >= 0)
        return this.refuse("several Transfer-Encoding fields");
      this.keepTrailers = !nominatesTrailer(head);
      return this.readCoding(head.value(codingAt));
    }
    if (lengthAt < 0) {
      this.kind = "until-close";
      return true;
    }
    if (head.indexOfKind(FIELD.CONTENT_LENGTH, lengthAt + 1) >= 0) return this.refuse("several Content-Length fields");
    const length = parseLength(head.value(lengthAt));
    if (length < 0) return this.refuse("a Content-Length that is not a number");
    this.kind = length === 0 ? "none" : "length";
    this.length = length;
    return true;
  }

  private readCoding(value: string): boolean {
    if (value === "chunked" || value.toLowerCase() === "chunked") {
      this.kind = "chunked";
      return true;
    }
    const codings = value.toLowerCase().split(/[\t ]*,[\t ]*/);
    const known = codings.every((coding) => /^(gzip|x-gzip|deflate|compress|x-compress|chunked)$/.test(coding));
    const chunkedOnceAndLast = codings.indexOf("chunked") === codings.length - 1;
    if (known && chunkedOnceAndLast) return this.refuse(`the transfer coding ${codings[0]}`, "coding");
    return this.refuse("a Transfer-Encoding other than chunked");
  }
}

/**
 * RFC 9110 section 7.6.1: trailers that Connection names are not passed on. Which of them they are is not known before
 * the head has left, so that then all are dropped, as any recipient may (RFC 9112 section 7.1.2).
 */
function nominatesTrailer(head: MessageHead): boolean {
  for (const name of nominatedFields(head) ?? []) if (mayBeTrailer(name)) return true;
  return false;
}

/** Digits only, at most 15 of them (so that it is exact as a number); -1 otherwise. */
function parseLength(text: string): number {
  if (text.length === 0 || text.length > 15) return -1;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
