/** A name and a value of a query or a form, as they were sent. */
export interface Pair {
  /** Decoded. */
  readonly name: string;
  /** As sent: what is encoded in it is data, and never separates. */
  readonly raw: string;
}

/** More are nobody's form: common parsers stop at 1,000 to 4,096 and drop the rest, or refuse all. */
const MOST_PAIRS = 4_096;

/** Why a query or a form cannot be read, and the keyword for it. */
export interface PairsProblem {
  readonly message: string;
  readonly keyword: string;
}

/** The pairs of a query or a form, in order; or why not: a name cannot be decoded, or there are too many. */
export function readPairs(text: string): Pair[] | PairsProblem {
  const pairs: Pair[] = [];
  let begin = 0;
  while (begin < text.length) {
    const ampersand = text.indexOf("&", begin);
    const end = ampersand < 0 ? text.length : ampersand;
    if (end > begin) {
      const equals = text.slice(begin, end).indexOf("=");
      const name = decodeFormText(equals < 0 ? text.slice(begin, end) : text.slice(begin, begin + equals));
      if (name === undefined) return { message: "cannot be decoded", keyword: "encoding" };
      if (pairs.length >= MOST_PAIRS) {
        return { message: `has more than ${MOST_PAIRS} members`, keyword: "maxProperties" };
      }
      pairs.push({ name, raw: equals < 0 ? "" : text.slice(begin + equals + 1, end) });
    }
    begin = end + 1;
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
