import type { HeaderReader } from "../exchange/header-reader.ts";

/**
 * The value of the first cookie of this name, as sent but without the quotes around it; `undefined` if there is none.
 * HTTP/2 clients may send several Cookie fields, so each is looked at. Source: RFC 6265 sections 4.2 and 5.4; RFC 9113
 * section 8.2.3.
 */
export function cookieValue(headers: HeaderReader, name: string): string | undefined {
  if (!headers.has("cookie")) return undefined;
  for (const field of headers.getAll("cookie")) {
    const value = valueInField(field, name);
    if (value !== undefined) return value;
  }
  return undefined;
}

function valueInField(field: string, name: string): string | undefined {
  let start = 0;
  while (start < field.length) {
    const semicolon = field.indexOf(";", start);
    const end = semicolon < 0 ? field.length : semicolon;
    const equals = field.indexOf("=", start);
    if (equals >= 0 && equals < end && field.slice(start, equals).trim() === name) {
      return withoutQuotes(field.slice(equals + 1, end).trim());
    }
    start = end + 1;
  }
  return undefined;
}

function withoutQuotes(value: string): string {
  return value.length >= 2 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}
