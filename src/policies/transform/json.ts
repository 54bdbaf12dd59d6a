import { MAX_DEPTH, malformed } from "./fault.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Below this, every integer is held exactly. */
const SAFE_DIGITS = 15;
/** Number texts that may be more than a number can hold. */
const LARGE = /[0-9]{16}|[eE]\+?[0-9]{3}/;

/**
 * Reads JSON. Integers that a number cannot hold, and numbers beyond all bounds, become texts, so that no digit is lost.
 *
 * @throws TransformFault if it is not JSON, or nested too deep
 */
export function readJson(text: string): unknown {
  checkDepth(text);
  const readable = LARGE.test(text) ? quoteLargeNumbers(text) : text;
  try {
    return JSON.parse(readable);
  } catch (error) {
    // The engine's own words may repeat what the body has.
    const place = /at position ([0-9]+)/.exec((error as Error).message)?.[1];
    const isSame = readable === text;
    throw malformed(`is not JSON${place !== undefined && isSame ? ` (at character ${Number(place) + 1})` : ""}`);
  }
}

function checkDepth(text: string): void {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = stringEnd(text, at);
    // "[" or "{", and what closes them.
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > MAX_DEPTH) throw malformed(`is nested more than ${MAX_DEPTH} deep`);
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
}

/** Where the quote is that ends the string beginning at `start`; the text's end if none does. */
function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at++;
  }
  return text.length;
}

function quoteLargeNumbers(text: string): string {
  const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
  let quoted = "";
  let kept = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = stringEnd(text, at);
    else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      number.lastIndex = at;
      const found = number.exec(text)?.[0];
      if (found === undefined) continue;
      if (isTooLarge(found)) {
        quoted += `${text.slice(kept, at)}"${found}"`;
        kept = at + found.length;
      }
      at += found.length - 1;
    }
  }
  return quoted + text.slice(kept);
}

function isTooLarge(text: string): boolean {
  const number = Number(text);
  if (!Number.isFinite(number)) return true;
  if (text.length <= SAFE_DIGITS || !/^-?[0-9]+$/.test(text)) return false;
  return BigInt(text) !== BigInt(number);
}
