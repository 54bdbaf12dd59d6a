/** A name and a value of a query or a form, as they were sent. */
export interface Pair {
  /** Decoded. */
  readonly name: string;
  /** As sent: what is encoded in it is data, and never separates. */
  readonly raw: string;
}

/** The pairs of a query or a form, in order; `undefined` if a name cannot be decoded. */
export function readPairs(text: string): Pair[] | undefined {
  const pairs: Pair[] = [];
  for (const part of text.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    const name = decodeFormText(equals < 0 ? part : part.slice(0, equals));
    if (name === undefined) return undefined;
    pairs.push({ name, raw: equals < 0 ? "" : part.slice(equals + 1) });
  }
  return pairs;
}

/** Decodes "+" and percent-encodings; `undefined` where these are broken, or not UTF-8: parsers differ in what they make of it. */
export function decodeFormText(raw: string): string | undefined {
  return decodePercent(raw.includes("+") ? raw.replaceAll("+", " ") : raw);
}

/** Decodes percent-encodings; `undefined` where these are broken, or not UTF-8. */
export function decodePercent(raw: string): string | undefined {
  if (!raw.includes("%")) return raw;
  try {
    return decodeURIComponent(raw);
  } catch {
    return undefined;
  }
}
