/** ASCII and Latin letters, all of them one column wide; no soft hyphen. */
const HARMLESS = /^[\x20-\x7e\xa1-\xac\xae-\u024f]*$/;
const OTHERS = /[^\x20-\x7e\xa1-\xac\xae-\u024f]/gu;

/**
 * A client's text made fit for a terminal: whatever could move the cursor, change colours, reverse the reading order or
 * take more than one column is shown as an escape, `\x1b` or `\u{202e}`.
 */
export function visible(text: string): string {
  return HARMLESS.test(text) ? text : text.replace(OTHERS, escape);
}

function escape(char: string): string {
  const point = char.codePointAt(0) ?? 0;
  const hex = point.toString(16);
  return point < 0x100 ? `\\x${hex.padStart(2, "0")}` : `\\u{${hex}}`;
}
