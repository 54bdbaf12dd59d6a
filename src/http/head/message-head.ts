import type { HeaderReader } from "../../exchange/header-reader.ts";
import { FIELD } from "./field-kind.ts";

/** More field lines than this in one head are refused (431 of a request, 502 of a response). */
export const MAX_FIELDS = 200;

/** What a scan returns when the head goes on beyond the bytes there are. */
export const INCOMPLETE = 0;
/** What a scan returns when the head breaks the rules; `fault` says how. */
export const FAULT = -1;

/** How a head broke the rules, as far as the answer differs. */
export type FaultKind = "malformed" | "too-large" | "version" | "target-too-long" | "coding";

/**
 * One message's head as offsets into its own text: filled by one pass over the bytes, read lazily, reused for the
 * next message. All offsets count from the first octet of the start line.
 */
export class MessageHead implements HeaderReader {
  /** The whole head, start line to empty line, one character per octet. */
  text = "";
  /** Where the start line's own CRLF begins. */
  startLineEnd = 0;
  count = 0;
  /** Four numbers a field: name start, name end, value start, value end (white space around the value cut). */
  readonly offsets = new Int32Array(MAX_FIELDS * 4);
  /** A `FIELD` number a field. */
  readonly kinds = new Uint8Array(MAX_FIELDS);

  /** Requests: where the method ends and the target begins and ends. */
  methodEnd = 0;
  targetStart = 0;
  targetEnd = 0;
  /** Responses. */
  status = 0;
  /** 0 or 1, of HTTP/1.x. */
  minorVersion = 1;

  fault = "";
  faultKind: FaultKind = "malformed";

  reset(): void {
    this.text = "";
    this.count = 0;
    this.fault = "";
  }

  /** Notes why the head is refused, and returns what the scan returns then. */
  fail(fault: string, kind: FaultKind = "malformed"): typeof FAULT {
    this.fault = fault;
    this.faultKind = kind;
    return FAULT;
  }

  value(index: number): string {
    const at = index * 4;
    return this.text.slice(this.offsets[at + 2], this.offsets[at + 3]);
  }

  /** The field's name as sent. */
  name(index: number): string {
    const at = index * 4;
    return this.text.slice(this.offsets[at], this.offsets[at + 1]);
  }

  /** The first field of a kind, or -1. */
  indexOfKind(kind: number, from = 0): number {
    for (let i = from; i < this.count; i++) if (this.kinds[i] === kind) return i;
    return -1;
  }

  /** Is any of its fields one in which an endpoint speaks of its own host and paths? */
  get namesPlaces(): boolean {
    for (let i = 0; i < this.count; i++) if ((this.kinds[i] as number) >= FIELD.LOCATION) return true;
    return false;
  }

  get(name: string): string | undefined {
    let joined: string | undefined;
    for (let i = 0; i < this.count; i++) {
      if (!this.isNamed(i, name)) continue;
      const value = this.value(i);
      // RFC 6265 section 5.4 splits cookies by ";" alone, so several Cookie lines are joined by that.
      joined = joined === undefined ? value : joined + (name === "cookie" ? "; " : ", ") + value;
    }
    return joined;
  }

  getAll(name: string): string[] {
    const values: string[] = [];
    for (let i = 0; i < this.count; i++) if (this.isNamed(i, name)) values.push(this.value(i));
    return values;
  }

  has(name: string): boolean {
    for (let i = 0; i < this.count; i++) if (this.isNamed(i, name)) return true;
    return false;
  }

  entries(): [name: string, value: string][] {
    return Array.from({ length: this.count }, (_, i) => [this.name(i).toLowerCase(), this.value(i)]);
  }

  isNamed(index: number, lowerCaseName: string): boolean {
    const at = index * 4;
    const start = this.offsets[at] as number;
    const end = this.offsets[at + 1] as number;
    if (end - start !== lowerCaseName.length) return false;
    const name = this.text.slice(start, end);
    return name === lowerCaseName || name.toLowerCase() === lowerCaseName;
  }
}

/** The same head, to be kept while `head` is used for another message. */
export function copyHead(head: MessageHead): MessageHead {
  const copy = new MessageHead();
  copy.text = head.text;
  copy.startLineEnd = head.startLineEnd;
  copy.count = head.count;
  copy.offsets.set(head.offsets.subarray(0, head.count * 4));
  copy.kinds.set(head.kinds.subarray(0, head.count));
  copy.methodEnd = head.methodEnd;
  copy.targetStart = head.targetStart;
  copy.targetEnd = head.targetEnd;
  copy.status = head.status;
  copy.minorVersion = head.minorVersion;
  return copy;
}
