const DECIMAL = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/;
const ANY_NUMBER = /^[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

/**
 * What a text of XML is in JSON: a boolean or number only if it is written as JSON would write that value, so that
 * nothing is lost. "007", "1e5", "9.90", " 1", "+1" and integers beyond 2^53 stay texts.
 */
export function typed(text: string): string | number | boolean {
  if (text === "true") return true;
  if (text === "false") return false;
  if (text.length > 24 || !DECIMAL.test(text)) return text;
  const number = Number(text);
  if (String(number) !== text) return text;
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? text : number;
}

/** The number that a text says, however it is written; the text itself where it says none, or one too large to hold. */
export function numeric(text: string): string | number {
  const trimmed = text.trim();
  if (trimmed.length > 400 || !ANY_NUMBER.test(trimmed)) return text;
  const number = Number(trimmed);
  if (!Number.isFinite(number)) return text;
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? text : number;
}
