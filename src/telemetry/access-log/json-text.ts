const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
/** DEL, C1 controls and Unicode's line ends: legal in JSON, but terminals act on the first and some tools split at the last. */
const TROUBLE = /[\x7f-\x9f\u2028\u2029]/g;

/** A JSON string literal that is on one line, and harmless when shown on a terminal. */
export function jsonText(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  return JSON.stringify(text).replace(TROUBLE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
