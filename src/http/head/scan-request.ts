import { CR, LF, SP, TARGET, TOKEN } from "../octets.ts";
import { INCOMPLETE, type MessageHead } from "./message-head.ts";
import { scanFields } from "./scan-fields.ts";

/**
 * Scans a request's head (RFC 9112 section 3) strictly: one SP between the parts, visible ASCII in the target,
 * HTTP/1.0 or HTTP/1.1, CRLF.
 *
 * @param limit how many octets the head may have (`limits.headerBytes`)
 * @returns where the head ends, `INCOMPLETE`, or `FAULT` (then `head.fault` says why)
 */
export function scanRequest(head: MessageHead, bytes: Buffer, start: number, end: number, limit: number): number {
  const within = Math.min(end, start + limit);
  let result = scanRequestLine(head, bytes, start, within, limit);
  if (result > 0) result = scanFields(head, bytes, result, within, start);
  if (result > 0) {
    head.text = bytes.toString("latin1", start, result);
    return result;
  }
  if (result === INCOMPLETE && within < end) return head.fail("a head larger than the limit", "too-large");
  return result;
}

function scanRequestLine(head: MessageHead, bytes: Buffer, start: number, end: number, limit: number): number {
  let at = start;
  while (at < end && TOKEN[bytes[at] as number] === 1) at++;
  if (at >= end) return INCOMPLETE;
  if (bytes[at] !== SP || at === start) {
    // Half of an empty line, as some clients send between requests (RFC 9112 section 2.2).
    if (at === start && bytes[at] === CR && at + 1 === end) return INCOMPLETE;
    return head.fail("a request line that does not begin with a method");
  }
  head.methodEnd = at - start;

  const targetStart = ++at;
  while (at < end && TARGET[bytes[at] as number] === 1) at++;
  if (at - targetStart > limit / 2) return head.fail("a request target longer than the limit", "target-too-long");
  if (at >= end) return INCOMPLETE;
  if (bytes[at] !== SP || at === targetStart)
    return head.fail("a request target that is empty or has a character it may not have");
  head.targetStart = targetStart - start;
  head.targetEnd = at - start;
  return scanVersion(head, bytes, at + 1, end, start);
}

/** "HTTP/1.1" CRLF, at the end of a request line. Octet by octet, so that a wrong one is told without waiting. */
function scanVersion(head: MessageHead, bytes: Buffer, from: number, end: number, start: number): number {
  const expected = "HTTP/";
  for (let i = 0; i < 5; i++) {
    if (from + i >= end) return INCOMPLETE;
    if (bytes[from + i] !== expected.charCodeAt(i))
      return head.fail("a request line that does not end in an HTTP version");
  }
  if (from + 10 > end) return INCOMPLETE;
  const major = (bytes[from + 5] as number) - 48;
  const minor = (bytes[from + 7] as number) - 48;
  const wellFormed = major >= 0 && major <= 9 && minor >= 0 && minor <= 9 && bytes[from + 6] === 0x2e;
  if (!wellFormed || bytes[from + 8] !== CR || bytes[from + 9] !== LF) return head.fail("a malformed HTTP version");
  if (major !== 1 || minor > 1) return head.fail(`HTTP/${major}.${minor}`, "version");
  head.minorVersion = minor;
  head.startLineEnd = from + 8 - start;
  return from + 10;
}
