/** A place in a pattern, while it is read. */
interface Cursor {
  readonly source: string;
  at: number;
}

const ESCAPED_CLASSES: Readonly<Record<string, string>> = { d: "0", D: "x", w: "x", W: "-", s: " ", S: "x" };
const CONTROLS: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", v: "\v", f: "\f", b: "", B: "" };
/** No sample needs more repetitions: a longer one is given up. */
const MAX_LENGTH = 2_000;

/**
 * A text in which the pattern (u flag) is found: of alternatives the first, of repetitions the fewest. `undefined` where
 * that does not lead to one; look-around, back-references and Unicode properties are seldom understood.
 */
export function sampleRegex(source: string): string | undefined {
  const cursor: Cursor = { source, at: 0 };
  const sample = readAlternatives(cursor);
  if (sample === undefined || cursor.at < source.length) return undefined;
  return new RegExp(source, "u").test(sample) ? sample : undefined;
}

function readAlternatives(cursor: Cursor): string | undefined {
  let first = readSequence(cursor);
  while (first !== undefined && peek(cursor) === "|") {
    cursor.at++;
    if (readSequence(cursor) === undefined) first = undefined;
  }
  return first;
}

function readSequence(cursor: Cursor): string | undefined {
  let text = "";
  while (cursor.at < cursor.source.length && peek(cursor) !== "|" && peek(cursor) !== ")") {
    const atom = readAtom(cursor);
    if (atom === undefined) return undefined;
    const count = readMinimum(cursor);
    if (count * atom.length > MAX_LENGTH) return undefined;
    text += atom.repeat(count);
    if (text.length > MAX_LENGTH) return undefined;
  }
  return text;
}

function readAtom(cursor: Cursor): string | undefined {
  const char = String.fromCodePoint(cursor.source.codePointAt(cursor.at) as number);
  if (char === "[") return readClass(cursor);
  if (char === "(") return readGroup(cursor);
  if (char === "\\") return readEscape(cursor);
  cursor.at += char.length;
  if (char === "^" || char === "$") return "";
  return char === "." ? "x" : char;
}

function readGroup(cursor: Cursor): string | undefined {
  const opening = /\((?:\?(?::|<(?![=!])[^>]*>|<?[=!]))?/y;
  opening.lastIndex = cursor.at;
  const text = opening.exec(cursor.source)?.[0] ?? "(";
  cursor.at += text.length;
  const inner = readAlternatives(cursor);
  if (inner === undefined || peek(cursor) !== ")") return undefined;
  cursor.at++;
  return /[=!]$/.test(text) ? "" : inner;
}

function readEscape(cursor: Cursor): string | undefined {
  const char = cursor.source[cursor.at + 1] ?? "";
  cursor.at += 2;
  if (/[1-9kpPuxc0]/.test(char)) return undefined;
  return ESCAPED_CLASSES[char] ?? CONTROLS[char] ?? char;
}

/** The first character of a plain list that the class has. */
function readClass(cursor: Cursor): string | undefined {
  const closed = /\[(?:\\.|[^\]\\])*\]/y;
  closed.lastIndex = cursor.at;
  const text = closed.exec(cursor.source)?.[0];
  if (text === undefined) return undefined;
  cursor.at += text.length;
  const regex = new RegExp(`^${text}$`, "u");
  for (const char of "xa0XA1-_.~") if (regex.test(char)) return char;
  for (let code = 32; code < 127; code++) if (regex.test(String.fromCharCode(code))) return String.fromCharCode(code);
  return undefined;
}

/** How often at least the atom before comes; what is read is the quantifier, a lazy one's "?" included. */
function readMinimum(cursor: Cursor): number {
  const quantifier = /(?:([*?])|(\+)|\{(\d+)(?:,\d*)?\})\??/y;
  quantifier.lastIndex = cursor.at;
  const found = quantifier.exec(cursor.source);
  if (found === null) return 1;
  cursor.at += found[0].length;
  if (found[1] !== undefined) return 0;
  return found[2] === undefined ? Number(found[3]) : 1;
}

function peek(cursor: Cursor): string | undefined {
  return cursor.source[cursor.at];
}
