/** One request as an endpoint of no great strictness reads it. */
export interface ReadMessage {
  /** "POST /a HTTP/1.1" */
  readonly line: string;
  /** Names in lower case, in order. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** What `readMessages` makes of some octets. */
export interface ReadResult {
  readonly messages: readonly ReadMessage[];
  /** What is left behind the last whole message. */
  readonly rest: string;
}

/**
 * Reads requests as carelessly as software that smuggling has been published for: lines may end in LF alone, names may
 * be followed by spaces, Transfer-Encoding counts wherever it mentions "chunked", and wins over Content-Length.
 */
export function readMessages(octets: string): ReadResult {
  const messages: ReadMessage[] = [];
  let rest = octets.replace(/^[\r\n]+/, "");
  for (;;) {
    const read = readOne(rest);
    if (read === undefined) return { messages, rest };
    messages.push(read.message);
    rest = read.rest.replace(/^[\r\n]+/, "");
  }
}

function readOne(octets: string): { message: ReadMessage; rest: string } | undefined {
  const end = /\r?\n\r?\n/.exec(octets);
  if (!end) return undefined;
  const [line = "", ...lines] = octets.slice(0, end.index).split(/\r?\n/);
  const fields = lines.map((text): [string, string] => {
    const colon = text.indexOf(":");
    return [text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim()];
  });
  const behind = octets.slice(end.index + end[0].length);
  const value = (name: string): string | undefined => fields.find(([known]) => known === name)?.[1];
  const body = value("transfer-encoding")?.toLowerCase().includes("chunked")
    ? readChunked(behind)
    : readLength(behind, Number.parseInt(value("content-length") ?? "0", 10) || 0);
  return body && { message: { line, fields, body: body.text }, rest: body.rest };
}

function readLength(octets: string, length: number): { text: string; rest: string } | undefined {
  return octets.length < length ? undefined : { text: octets.slice(0, length), rest: octets.slice(length) };
}

function readChunked(octets: string): { text: string; rest: string } | undefined {
  let text = "";
  let rest = octets;
  for (;;) {
    const line = /^[ \t]*([0-9a-f]+)[^\n]*\n/i.exec(rest);
    if (!line) return undefined;
    const size = Number.parseInt(line[1] as string, 16);
    rest = rest.slice(line[0].length);
    if (size === 0) {
      const end = /^(?:[^\r\n][^\n]*\n)*\r?\n/.exec(rest);
      return end ? { text, rest: rest.slice(end[0].length) } : undefined;
    }
    if (rest.length < size) return undefined;
    text += rest.slice(0, size);
    rest = rest.slice(size).replace(/^\r?\n/, "");
  }
}
