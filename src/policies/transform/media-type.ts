/** What a body can be. */
export type Format = "json" | "xml" | "text";

/** What Content-Type says, as far as it matters here. */
export interface MediaType {
  /** In lower case, without parameters: "application/json". */
  readonly essence: string;
  /** In lower case. */
  readonly charset: string | undefined;
}

const TYPE = /^[ \t]*([!#$%&'*+.^_`|~0-9a-z-]+\/[!#$%&'*+.^_`|~0-9a-z-]+)[ \t]*(?:;|$)/i;
const CHARSET = /;[ \t]*charset="?([^\s";]+)"?[ \t]*(?=;|$)/i;

/** Reads a Content-Type (RFC 9110 section 8.3.1); `undefined` if it is none. */
export function parseMediaType(field: string | undefined): MediaType | undefined {
  const essence = TYPE.exec(field ?? "")?.[1]?.toLowerCase();
  if (essence === undefined) return undefined;
  return { essence, charset: CHARSET.exec(field ?? "")?.[1]?.toLowerCase() };
}

const PATTERNS: Readonly<Record<Format, RegExp>> = {
  json: /^(?:application|text)\/json$|\+json$/,
  xml: /^(?:application|text)\/xml$|\+xml$/,
  text: /^text\//,
};

/** Whether a body of this type is read as this format: by its name, or by its suffix (RFC 6839, RFC 7303). */
export function isOfFormat({ essence }: MediaType, format: Format): boolean {
  return PATTERNS[format].test(essence);
}

/** Whether the text is UTF-8, which is what both formats are by default, or a part of it. */
export function isUtf8({ charset }: MediaType): boolean {
  return charset === undefined || /^(?:utf-?8|us-ascii|ascii)$/.test(charset);
}

/** What a transformed body says that it is. */
export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  json: "application/json",
  xml: "application/xml; charset=utf-8",
  text: "text/plain; charset=utf-8",
};

/** What a request's Accept says that wants this format, and takes what else there is. */
export const ACCEPT: Readonly<Record<Exclude<Format, "text">, string>> = {
  json: "application/json, */*;q=0.1",
  xml: "application/xml, text/xml;q=0.9, */*;q=0.1",
};

/** Types that a refused request might have been of, for the answer's Accept (RFC 9110 section 15.5.16). */
export const ACCEPTED: Readonly<Record<Exclude<Format, "text">, string>> = {
  json: "application/json",
  xml: "application/xml, text/xml",
};
