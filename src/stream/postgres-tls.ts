/**
 * PostgreSQL's way to TLS: a client first asks, in eight octets, whether the server takes it, and waits for one octet of
 * answer; what follows is TLS as everywhere. (From version 17 on a client may begin with TLS at once.)
 *
 * Source: PostgreSQL documentation, section 55.2.10, "SSL Session Encryption".
 */
export const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
/** The same question for GSSAPI, which some clients ask first. */
const GSS_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x30]);

export const TAKES_TLS = Buffer.from("S");
export const TAKES_NONE = Buffer.from("N");

/** What a client of PostgreSQL asks by its first octets. */
export type PostgresQuestion = "tls" | "gss" | "none" | "incomplete";

export function readPostgresQuestion(octets: Buffer): PostgresQuestion {
  const length = Math.min(octets.length, SSL_REQUEST.length);
  const start = octets.subarray(0, length);
  if (length < SSL_REQUEST.length) {
    return start.equals(SSL_REQUEST.subarray(0, length)) ? "incomplete" : "none";
  }
  if (start.equals(SSL_REQUEST)) return "tls";
  return start.equals(GSS_REQUEST) ? "gss" : "none";
}
