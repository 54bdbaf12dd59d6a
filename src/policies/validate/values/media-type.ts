/** A media type as a Content-Type says it. */
export interface MediaType {
  /** "application/json": in lower case. */
  readonly name: string;
  /** By name, in lower case; values as sent, without quotes. */
  readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const NAME = new RegExp(`^(?:${TOKEN}|\\*)/(?:${TOKEN}|\\*)`);
const PARAMETER = new RegExp(`\\s*;\\s*(?:(${TOKEN})=(?:(${TOKEN})|"((?:[^"\\\\]|\\\\.)*)"))?`, "y");

/**
 * Reads a Content-Type, or a media range; `undefined` if it is none, several, or one that has a parameter twice.
 * Source: RFC 9110 sections 8.3.1, 5.6.6 and 12.5.1.
 */
export function parseMediaType(text: string): MediaType | undefined {
  const trimmed = text.trim();
  const name = NAME.exec(trimmed)?.[0];
  if (name === undefined) return undefined;
  const parameters = new Map<string, string>();
  PARAMETER.lastIndex = name.length;
  let end = name.length;
  for (let match = PARAMETER.exec(trimmed); match !== null; match = PARAMETER.exec(trimmed)) {
    end = PARAMETER.lastIndex;
    const [, key, plain, quoted] = match;
    if (key === undefined) continue;
    // Which of two counts would be anybody's guess.
    if (parameters.has(key.toLowerCase())) return undefined;
    parameters.set(key.toLowerCase(), plain ?? (quoted ?? "").replace(/\\(.)/g, "$1"));
  }
  return end < trimmed.length ? undefined : { name: name.toLowerCase(), parameters };
}

/** How a body of a media type can be looked at. */
export type BodyKind = "json" | "form" | "text" | "opaque";

export function kindOf({ name }: MediaType): BodyKind {
  if (name === "application/json" || name === "text/json" || name.endsWith("+json")) return "json";
  if (name === "application/x-www-form-urlencoded") return "form";
  return name.startsWith("text/") && !name.endsWith("+xml") && name !== "text/xml" ? "text" : "opaque";
}

/** Whether text of this media type is in UTF-8, as far as it says. JSON is in nothing else (RFC 8259 section 8.1). */
export function isUtf8({ parameters }: MediaType): boolean {
  const charset = parameters.get("charset")?.toLowerCase();
  return charset === undefined || charset === "utf-8" || charset === "utf8" || charset === "us-ascii";
}

/**
 * How well a range fits a type: the larger the more specific; 0 if it does not. A range with parameters fits a type that has
 * them all.
 */
export function fitOf(range: MediaType, type: MediaType): number {
  const [top, sub = ""] = range.name.split("/");
  const [typeTop, typeSub = ""] = type.name.split("/");
  const suffix = sub.startsWith("*+") ? sub.slice(1) : undefined;
  let fit: number;
  if (range.name === type.name) fit = 4;
  else if (top === typeTop && suffix !== undefined && typeSub.endsWith(suffix)) fit = 3;
  else if (top === typeTop && sub === "*") fit = 2;
  else if (range.name === "*/*") fit = 1;
  else return 0;
  for (const [name, value] of range.parameters) {
    if (type.parameters.get(name)?.toLowerCase() !== value.toLowerCase()) return 0;
    fit += 0.1;
  }
  return fit;
}
