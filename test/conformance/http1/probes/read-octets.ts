export type Field = readonly [name: string, value: string];

/** A message's head, taken apart. */
export interface Head {
  readonly line: string;
  /** Names in lower case, in order. */
  readonly fields: readonly Field[];
}

/** A body as far as it has come. */
export interface Body {
  readonly text: string;
  readonly trailers: readonly Field[];
  /** Where it ends, if it is whole. */
  readonly end: number | undefined;
}

/** The head that begins at `from`; `undefined` while it is not complete. */
export function readHead(octets: string, from: number): (Head & { readonly end: number }) | undefined {
  const end = octets.indexOf("\r\n\r\n", from);
  if (end < 0) return undefined;
  const [line = "", ...lines] = octets.slice(from, end).split("\r\n");
  return { line, fields: lines.map(toField), end: end + 4 };
}

function toField(line: string): Field {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, "")];
}

/** Every value of a field. `name` in lower case. */
export function valuesOf(fields: readonly Field[], name: string): string[] {
  return fields.filter(([known]) => known === name).map(([, value]) => value);
}

export type BodyFraming = "none" | "length" | "chunked" | "until-close";

/** How the message's fields frame its body. */
export function framingOf(fields: readonly Field[], otherwise: BodyFraming): BodyFraming {
  if (valuesOf(fields, "transfer-encoding").join(",").toLowerCase().endsWith("chunked")) return "chunked";
  return valuesOf(fields, "content-length").length > 0 ? "length" : otherwise;
}

/** The body that begins at `from`. One that ends with the connection is never whole here. */
export function readBody(octets: string, from: number, framing: BodyFraming, fields: readonly Field[]): Body {
  if (framing === "none") return { text: "", trailers: [], end: from };
  if (framing === "until-close") return { text: octets.slice(from), trailers: [], end: undefined };
  if (framing === "chunked") return readChunks(octets, from);
  const end = from + Number(valuesOf(fields, "content-length")[0]);
  return { text: octets.slice(from, end), trailers: [], end: end <= octets.length ? end : undefined };
}

function readChunks(octets: string, from: number): Body {
  let text = "";
  let at = from;
  for (;;) {
    const lineEnd = octets.indexOf("\r\n", at);
    const size = /^[0-9a-f]+/i.exec(octets.slice(at, Math.max(at, lineEnd)))?.[0];
    if (size === undefined) return { text, trailers: [], end: undefined };
    at = lineEnd + 2;
    const length = Number.parseInt(size, 16);
    if (length === 0) return { text, ...readTrailers(octets, at) };
    text += octets.slice(at, at + length);
    at += length;
    if (octets.slice(at, at + 2) !== "\r\n") return { text, trailers: [], end: undefined };
    at += 2;
  }
}

function readTrailers(octets: string, from: number): Pick<Body, "trailers" | "end"> {
  if (octets.startsWith("\r\n", from)) return { trailers: [], end: from + 2 };
  const end = octets.indexOf("\r\n\r\n", from);
  if (end < 0) return { trailers: [], end: undefined };
  return { trailers: octets.slice(from, end).split("\r\n").map(toField), end: end + 4 };
}
