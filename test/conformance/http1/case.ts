/** A request that the endpoint is to read. */
export interface Reaches {
  /** Method and target. */
  readonly line: string;
  readonly body?: string;
  readonly host?: string;
  /** Fields that it must have, by value; `undefined`: must not have. */
  readonly fields?: Readonly<Record<string, string | undefined>>;
}

/** One shape of the corpus. */
export interface SmugglingCase {
  readonly name: string;
  /** What is sent, one character an octet; a list is sent in as many writes. */
  readonly send: string | readonly string[];
  /** The statuses of the answers, in order. */
  readonly statuses: readonly number[];
  /** What the endpoint reads, in order; nothing where this is left out. */
  readonly reaches?: readonly Reaches[];
  /** The gateway ends the connection after the last answer. */
  readonly closes: boolean;
}

/** A message that is refused with `status` (400), whole: nothing of it reaches an endpoint. */
export function refused(name: string, send: string | readonly string[], status = 400): SmugglingCase {
  return { name, send, statuses: [status], closes: true };
}

/** A message that goes on, once, as `reaches`; the connection stays open. */
export function accepted(
  name: string,
  send: string | readonly string[],
  ...reaches: readonly Reaches[]
): SmugglingCase {
  return { name, send, statuses: reaches.map(() => 200), reaches, closes: false };
}

/** What an attacker would like an endpoint to take for a request of its own. */
export const SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: internal\r\n\r\n";

/** A POST with these field lines (no CRLF at their end) and this body. */
export function post(lines: string, body = ""): string {
  return `POST /a HTTP/1.1\r\nHost: a.test\r\n${lines}\r\n\r\n${body}`;
}

/** A GET with these field lines (no CRLF at their end). */
export function get(lines: string): string {
  return `GET /a HTTP/1.1\r\n${lines}\r\n\r\n`;
}

/** A chunked POST with this body. */
export function chunked(body: string): string {
  return post("Transfer-Encoding: chunked", body);
}
