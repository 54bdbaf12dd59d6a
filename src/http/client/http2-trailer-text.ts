import { mayBeTrailer } from "../body/trailer-names.ts";
import { FIELD_NAME, FIELD_VALUE } from "./http2-request-text.ts";
import type { RequestText } from "./http2-request-text.ts";

/** As many octets as a chunked body may have of them. */
const MAX_TRAILERS = 16 * 1024;

/**
 * The fields behind a request's body as lines, each with its CRLF, held to what HTTP/1.1 allows there.
 *
 * @param list names and values by turns, as they came
 */
export function trailerText(list: readonly string[]): RequestText {
  let text = "";
  for (let i = 0; i + 1 < list.length; i += 2) {
    const name = list[i] as string;
    const value = list[i + 1] as string;
    if (!FIELD_NAME.test(name) || !FIELD_VALUE.test(value)) return { fault: "a malformed trailer" };
    if (!mayBeTrailer(name)) return { fault: `the field ${name} as a trailer` };
    text += `${name}: ${value}\r\n`;
  }
  return text.length > MAX_TRAILERS ? { fault: "trailers too large" } : { text };
}
