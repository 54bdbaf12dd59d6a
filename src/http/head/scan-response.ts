import { CR, FIELD_VALUE, LF, SP } from "../octets.ts";
import { INCOMPLETE, type MessageHead } from "./message-head.ts";
import { scanFields } from "./scan-fields.ts";

/** A response head larger than this is not passed on (502). */
export const MAX_RESPONSE_HEAD = 64 * 1024;

/**
 * Scans a response's head (RFC 9112 section 4) as strictly as a request's. The reason phrase may be absent, with or
 * without the space before it, as many servers send it.
 *
 * @returns where the head ends, `INCOMPLETE`, or `FAULT` (then `head.fault` says why)
 */
export function scanResponse(head: MessageHead, bytes: Buffer, start: number, end: number): number {
  const within = Math.min(end, start + MAX_RESPONSE_HEAD);
  let result = scanStatusLine(head, bytes, start, within);
  if (result > 0) result = scanFields(head, bytes, result, within, start);
  if (result > 0) {
    head.text = bytes.toString("latin1", start, result);
    return result;
  }
  if (result === INCOMPLETE && within < end) return head.fail("a head larger than 64 KiB", "too-large");
  return result;
}

const PREFIX = Buffer.from("HTTP/1.", "latin1");

function scanStatusLine(head: MessageHead, bytes: Buffer, start: number, end: number): number {
  for (let i = 0; i < PREFIX.length; i++) {
    if (start + i >= end) return INCOMPLETE;
    if (bytes[start + i] !== PREFIX[i]) return head.fail("it does not begin with HTTP/1.");
  }
  if (start + 13 > end) return INCOMPLETE;
  const minor = (bytes[start + 7] as number) - 48;
  if (minor !== 0 && minor !== 1) return head.fail("its HTTP version is not 1.0 or 1.1");
  head.minorVersion = minor;
  if (bytes[start + 8] !== SP) return head.fail("a malformed status line");
  const status = threeDigits(bytes, start + 9);
  if (status < 100 || status > 599) return head.fail("a status that is not from 100 to 599");
  // HTTP/1.0 has none: some readers take it for the whole answer.
  if (status < 200 && minor === 0) return head.fail("an interim status in HTTP/1.0");
  head.status = status;

  let at = start + 12;
  if (bytes[at] === SP) {
    while (at < end && FIELD_VALUE[bytes[at] as number] === 1) at++;
  }
  if (at + 1 >= end) return INCOMPLETE;
  if (bytes[at] !== CR || bytes[at + 1] !== LF) return head.fail("a malformed status line");
  head.startLineEnd = at - start;
  return at + 2;
}

/** -1 if they are not digits. */
function threeDigits(bytes: Buffer, at: number): number {
  let value = 0;
  for (let i = 0; i < 3; i++) {
    const digit = (bytes[at + i] as number) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
