import { COLON, CR, FIELD_VALUE, LF, SP, TAB, TOKEN } from "../octets.ts";
import { fieldKind } from "./field-kind.ts";
import { INCOMPLETE, MAX_FIELDS, type MessageHead } from "./message-head.ts";

/**
 * Scans field lines up to and including the empty line (RFC 9112 section 5), in one pass.
 *
 * Refused, because readers differ on them: white space before the colon, folded lines, bare CR or LF, controls,
 * empty names.
 *
 * @param origin where the message begins in `bytes`: offsets in `head` count from there
 * @returns where the head ends (past the empty line), `INCOMPLETE`, or `FAULT`
 */
export function scanFields(head: MessageHead, bytes: Uint8Array, from: number, end: number, origin: number): number {
  const { offsets, kinds } = head;
  let at = from;
  let count = 0;
  for (;;) {
    if (at >= end) return INCOMPLETE;
    if (bytes[at] === CR) {
      if (at + 1 >= end) return INCOMPLETE;
      if (bytes[at + 1] !== LF) return head.fail("a CR that no LF follows");
      head.count = count;
      return at + 2;
    }
    if (count === MAX_FIELDS) return head.fail(`more than ${MAX_FIELDS} header fields`, "too-large");

    const nameStart = at;
    while (at < end && TOKEN[bytes[at] as number] === 1) at++;
    if (at >= end) return INCOMPLETE;
    if (bytes[at] !== COLON || at === nameStart) return head.fail(nameFault(bytes[at] as number, at === nameStart));
    const nameEnd = at++;

    while (at < end && (bytes[at] === SP || bytes[at] === TAB)) at++;
    const valueStart = at;
    while (at < end && FIELD_VALUE[bytes[at] as number] === 1) at++;
    if (at + 1 >= end) return at < end && bytes[at] !== CR ? head.fail(valueFault(bytes[at] as number)) : INCOMPLETE;
    if (bytes[at] !== CR || bytes[at + 1] !== LF) return head.fail(valueFault(bytes[at] as number));
    let valueEnd = at;
    while (valueEnd > valueStart && (bytes[valueEnd - 1] === SP || bytes[valueEnd - 1] === TAB)) valueEnd--;
    at += 2;

    const slot = count * 4;
    offsets[slot] = nameStart - origin;
    offsets[slot + 1] = nameEnd - origin;
    offsets[slot + 2] = valueStart - origin;
    offsets[slot + 3] = valueEnd - origin;
    kinds[count++] = fieldKind(bytes, nameStart, nameEnd);
  }
}

function nameFault(octet: number, atStart: boolean): string {
  if (atStart && (octet === SP || octet === TAB)) return "a folded header line (obs-fold)";
  if (octet === SP || octet === TAB) return "white space in or after a header field name";
  if (octet === LF) return "a line that ends in LF without CR";
  if (octet === COLON) return "an empty header field name";
  return `a character that a header field name may not have (0x${octet.toString(16).padStart(2, "0")})`;
}

function valueFault(octet: number): string {
  if (octet === LF) return "a line that ends in LF without CR";
  if (octet === CR) return "a CR that no LF follows";
  return `a control character in a header field value (0x${octet.toString(16).padStart(2, "0")})`;
}
