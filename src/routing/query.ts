const ENCODED = /[%+]/;

/**
 * The decoded value of the first parameter of this decoded name; "" if it has no "="; `undefined` if there is none.
 * "+" is a space and broken percent-encodings stand for themselves, as in application/x-www-form-urlencoded.
 * Nothing is allocated for parameters that are not asked for, unless their names are encoded.
 * Source: WHATWG URL, section 5.1.
 */
export function queryValue(query: string, name: string): string | undefined {
  let start = 0;
  while (start < query.length) {
    const ampersand = query.indexOf("&", start);
    const end = ampersand < 0 ? query.length : ampersand;
    const equals = query.indexOf("=", start);
    const nameEnd = equals < 0 || equals > end ? end : equals;
    if (end > start && isName(query, start, nameEnd, name)) {
      return nameEnd === end ? "" : decodeFormText(query.slice(nameEnd + 1, end));
    }
    start = end + 1;
  }
  return undefined;
}

function isName(query: string, start: number, end: number, name: string): boolean {
  // Encoded text is never shorter than what it says.
  if (end - start < name.length) return false;
  if (end - start === name.length && query.startsWith(name, start) && !ENCODED.test(name)) return true;
  const raw = query.slice(start, end);
  return ENCODED.test(raw) && decodeFormText(raw) === name;
}

function decodeFormText(text: string): string {
  if (!ENCODED.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    // Not UTF-8, or a "%" alone: the standard's parser replaces the one and keeps the other.
    return new URLSearchParams(`=${text}`).get("") ?? text;
  }
}

/** The query without the parameters of these decoded names; the rest stands as it was sent. */
export function removeParameters(query: string, names: readonly string[]): string {
  if (names.length === 0) return query;
  const kept = query.split("&").filter((part) => {
    const equals = part.indexOf("=");
    const nameEnd = equals < 0 ? part.length : equals;
    return !names.some((name) => isName(part, 0, nameEnd, name));
  });
  return kept.join("&");
}
