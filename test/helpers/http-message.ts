/** One HTTP/1.x message as it stood on the wire, framing taken off. */
export interface HttpMessage {
  readonly startLine: string;
  /** Names in lower case; of several fields of one name, values joined by ", ". */
  readonly headers: ReadonlyMap<string, string>;
  /** As it came, without the empty line. */
  readonly head: string;
  readonly body: Buffer;
  /** Trailer lines of a chunked body. */
  readonly trailers: string;
  /** Octets on the wire. */
  readonly length: number;
}

export interface ReadOptions {
  /** The body ends with the connection, if nothing else frames it. */
  readonly untilClose?: boolean;
  /** There is none, whatever the head says. */
  readonly bodiless?: boolean;
}

/** A message's head; `undefined` while it is not complete. */
export function readHead(bytes: Buffer): Omit<HttpMessage, "body" | "trailers"> | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const head = bytes.toString("latin1", 0, end);
  const [startLine = "", ...lines] = head.split("\r\n");
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers.set(name, headers.has(name) ? `${headers.get(name)}, ${value}` : value);
  }
  return { startLine, headers, head, length: end + 4 };
}

/** The first message in `bytes`; `undefined` while it is not complete. */
export function readMessage(bytes: Buffer, options: ReadOptions = {}): HttpMessage | undefined {
  const head = readHead(bytes);
  if (!head) return undefined;
  const rest = bytes.subarray(head.length);
  const whole = (body: Buffer, used: number, trailers = ""): HttpMessage => ({
    ...head,
    body,
    trailers,
    length: head.length + used,
  });
  if (options.bodiless) return whole(Buffer.alloc(0), 0);
  if (head.headers.get("transfer-encoding") === "chunked") {
    const chunked = readChunked(rest);
    return chunked && whole(chunked.body, chunked.length, chunked.trailers);
  }
  const length = head.headers.get("content-length");
  if (length === undefined) return options.untilClose ? whole(rest, rest.length) : whole(Buffer.alloc(0), 0);
  return rest.length < Number(length) ? undefined : whole(rest.subarray(0, Number(length)), Number(length));
}

/** A chunked body; `undefined` while it is not complete. */
function readChunked(bytes: Buffer): { body: Buffer; trailers: string; length: number } | undefined {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString("latin1", at, lineEnd), 16);
    if (Number.isNaN(size))
      throw new Error(
        `no chunk begins at ${at} near ${JSON.stringify(bytes.toString("latin1", Math.max(0, at - 60), at + 200))}`,
      );
    at = lineEnd + 2;
    if (size === 0) break;
    if (bytes.length < at + size + 2) return undefined;
    parts.push(bytes.subarray(at, at + size));
    at += size + 2;
  }
  const trailersAt = at;
  if (bytes.toString("latin1", at, at + 2) === "\r\n") {
    return { body: Buffer.concat(parts), trailers: "", length: at + 2 };
  }
  const end = bytes.indexOf("\r\n\r\n", at);
  if (end < 0) return undefined;
  return { body: Buffer.concat(parts), trailers: bytes.toString("latin1", trailersAt, end), length: end + 4 };
}
