/** RFC 9113 section 3.4: the first octets of every client that speaks HTTP/2. */
const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

/**
 * Is what a connection begins with the preface of HTTP/2, so that the client knows without asking that it is spoken here
 * (RFC 9113 section 3.3)? "partly" while it may still become one. No HTTP/1.1 request begins with the whole of it.
 */
export function matchPreface(bytes: Buffer): "whole" | "partly" | "no" {
  const length = Math.min(bytes.length, PREFACE.length);
  if (PREFACE.compare(bytes, 0, length, 0, length) !== 0) return "no";
  return length === PREFACE.length ? "whole" : "partly";
}
