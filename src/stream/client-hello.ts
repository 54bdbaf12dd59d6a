/** What the first octets of a TLS connection say; nothing of it is changed or answered. */
export type HelloReading =
  | { readonly state: "incomplete" }
  | { readonly state: "malformed"; readonly fault: string }
  /** `serverName` in lower case; `undefined` where the client gives none. */
  | { readonly state: "complete"; readonly serverName: string | undefined };

/** Octets of a hello with its records' heads. With hybrid key exchange they are some 1,800; whoever sends more wants harm. */
export const HELLO_LIMIT = 16 * 1024;

const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;
const HOST_NAME = 0;
/** RFC 8446 section 5.1: 2^14 octets. */
const RECORD_LIMIT = 16_384;

/**
 * Reads the server name out of a ClientHello, which may be spread over several records. Whatever is not as it must be is
 * a fault: an endpoint must not read another name than the gateway did.
 *
 * Sources: RFC 8446 sections 4.1.2, 4.2 and 5.1; RFC 6066 section 3.
 */
export function readClientHello(octets: Buffer): HelloReading {
  const message = Buffer.allocUnsafe(Math.min(octets.length, HELLO_LIMIT));
  let length = 0;
  let at = 0;
  while (at < octets.length) {
    if (octets[at] !== HANDSHAKE) return malformed(at === 0 ? "it is not TLS" : "another record is in its middle");
    if (at + 1 < octets.length && octets[at + 1] !== 3) return malformed("its version is none of TLS");
    if (at + 5 > octets.length) break;
    const record = octets.readUInt16BE(at + 3);
    if (record === 0 || record > RECORD_LIMIT) return malformed("a record has a length that none has");
    const end = Math.min(at + 5 + record, octets.length);
    length += octets.copy(message, length, at + 5, end);
    if (length > 0 && message[0] !== CLIENT_HELLO) return malformed("it does not begin with a ClientHello");
    if (length >= 4) {
      const wanted = 4 + message.readUIntBE(1, 3);
      if (wanted > HELLO_LIMIT) return malformed("it is too long");
      if (length >= wanted) return readMessage(message.subarray(4, wanted), length > wanted);
    }
    at += 5 + record;
  }
  return octets.length >= HELLO_LIMIT ? malformed("it is too long") : { state: "incomplete" };
}

function readMessage(body: Buffer, more: boolean): HelloReading {
  // RFC 8446 section 5.1: what follows a ClientHello must not share its record.
  if (more) return malformed("another message follows in its record");
  const reader = new Reader(body);
  try {
    reader.take(2 + 32);
    if (reader.vector(1).left > 32) return malformed("its session id is too long");
    const suites = reader.vector(2).left;
    if (suites === 0 || suites % 2 !== 0) return malformed("its cipher suites are none");
    if (reader.vector(1).left === 0) return malformed("it has no compression method");
    const serverName = reader.left === 0 ? undefined : readExtensions(reader.vector(2));
    if (reader.left > 0) return malformed("something follows its extensions");
    return { state: "complete", serverName };
  } catch (error) {
    if (error instanceof Fault) return malformed(error.message);
    throw error;
  }
}

function readExtensions(extensions: Reader): string | undefined {
  const seen = new Set<number>();
  let serverName: string | undefined;
  while (extensions.left > 0) {
    const type = extensions.number(2);
    const content = extensions.vector(2);
    if (seen.has(type)) throw new Fault("an extension comes twice");
    seen.add(type);
    if (type === SERVER_NAME) serverName = readServerName(content);
  }
  return serverName;
}

function readServerName(content: Reader): string {
  const names = content.vector(2);
  if (content.left > 0) throw new Fault("something follows its server names");
  if (names.number(1) !== HOST_NAME) throw new Fault("its server name is of no known kind");
  const name = names.vector(2).text();
  if (names.left > 0) throw new Fault("it has several server names");
  if (!NAME.test(name)) throw new Fault("its server name is none");
  return name.toLowerCase();
}

/** Labels of letters, digits, dashes and underscores, without a dot at the end: RFC 6066 wants a DNS name in ASCII. */
const NAME =
  /^(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)*$/;

class Fault extends Error {}

/** Reads numbers and vectors (RFC 8446 section 3.4) one after the other. */
class Reader {
  private readonly bytes: Buffer;
  private at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  /** @throws Fault if there are fewer octets left */
  take(length: number): Buffer {
    if (length > this.left) throw new Fault("a length in it is more than there is");
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  number(octets: number): number {
    return this.take(octets).readUIntBE(0, octets);
  }

  /** What a length of so many octets stands in front of. */
  vector(octets: number): Reader {
    return new Reader(this.take(this.number(octets)));
  }

  text(): string {
    return this.take(this.left).toString("latin1");
  }
}

function malformed(fault: string): HelloReading {
  return { state: "malformed", fault };
}
