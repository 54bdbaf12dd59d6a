import { nextInt, type Rng } from "../../../../src/shared/rng.ts";
import { pick, SPICE } from "./grammar.ts";

type Mutator = (text: string, rng: Rng, other: string) => string;

const somewhere = (text: string, rng: Rng): number => nextInt(rng, text.length + 1);

function splitLines(text: string): string[] {
  return text.split("\r\n");
}

/** Octets: put in, taken out, replaced, one bit of one turned. */
const OCTETS: readonly Mutator[] = [
  (text, rng) => {
    const at = somewhere(text, rng);
    return text.slice(0, at) + pick(rng, SPICE) + text.slice(at);
  },
  (text, rng) => {
    const at = somewhere(text, rng);
    return text.slice(0, at) + text.slice(at + 1 + nextInt(rng, 3));
  },
  (text, rng) => {
    const at = somewhere(text, rng);
    return text.slice(0, at) + String.fromCharCode(nextInt(rng, 256)) + text.slice(at + 1);
  },
  (text, rng) => {
    const at = nextInt(rng, Math.max(1, text.length));
    const turned = (text.charCodeAt(at) || 0) ^ (1 << nextInt(rng, 8));
    return text.slice(0, at) + String.fromCharCode(turned) + text.slice(at + 1);
  },
  (text, rng) => {
    const at = somewhere(text, rng);
    return text.slice(0, at) + pick(rng, SPICE) + text.slice(at + 1);
  },
  (text, rng) => {
    const at = somewhere(text, rng);
    const part = text.slice(at, at + 1 + nextInt(rng, 12));
    return text.slice(0, at) + part.repeat(2 + nextInt(rng, 3)) + text.slice(at + part.length);
  },
];

/** Lines: said twice, moved, dropped, ended otherwise. */
const LINES: readonly Mutator[] = [
  (text, rng) => {
    const lines = splitLines(text);
    lines.splice(nextInt(rng, lines.length), 0, pick(rng, lines));
    return lines.join("\r\n");
  },
  (text, rng) => {
    const lines = splitLines(text);
    const [moved = ""] = lines.splice(nextInt(rng, lines.length), 1);
    lines.splice(nextInt(rng, lines.length + 1), 0, moved);
    return lines.join("\r\n");
  },
  (text, rng) => {
    const lines = splitLines(text);
    lines.splice(nextInt(rng, lines.length), 1);
    return lines.join("\r\n");
  },
  (text, rng) => {
    const lines = splitLines(text);
    const at = nextInt(rng, lines.length);
    const ending = pick(rng, ["\n", "\r", "\r\r\n", "\n\r\n", "\r\n ", "\r\n\t"]);
    return lines.slice(0, at).join("\r\n") + ending + lines.slice(at).join("\r\n");
  },
];

/** Numbers and letters: what frames is off by a little, or written otherwise. */
const TOKENS: readonly Mutator[] = [
  (text, rng) =>
    replaceOne(text, rng, /[0-9]+/g, (digits) => String(Math.max(0, Number(digits) + nextInt(rng, 5) - 2))),
  (text, rng) => replaceOne(text, rng, /[0-9]+/g, (digits) => pick(rng, ["0", "00", "+", "0x", "-", " "]) + digits),
  (text, rng) =>
    replaceOne(text, rng, /[A-Za-z]+/g, (word) =>
      pick(rng, [word.toUpperCase(), word.toLowerCase(), `${word}s`, "chunked"]),
    ),
  (text, rng) =>
    replaceOne(text, rng, /[:;,= ]/g, (mark) => pick(rng, [` ${mark}`, `${mark} `, mark + mark, "\t", ""])),
];

/** The beginning of one input, and the end of another. */
const SPLICES: readonly Mutator[] = [
  (text, rng, other) => text.slice(0, somewhere(text, rng)) + other.slice(somewhere(other, rng)),
  (text, rng, other) => {
    const head = splitLines(text);
    const tail = splitLines(other);
    return [...head.slice(0, nextInt(rng, head.length + 1)), ...tail.slice(nextInt(rng, tail.length + 1))].join("\r\n");
  },
  (text, _rng, other) => text + other,
];

const FAMILIES = [OCTETS, OCTETS, LINES, TOKENS, TOKENS, SPLICES];

function replaceOne(text: string, rng: Rng, pattern: RegExp, change: (found: string) => string): string {
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return text;
  const match = pick(rng, found);
  return text.slice(0, match.index) + change(match[0]) + text.slice(match.index + match[0].length);
}

/** One to three edits, `other` being another input to splice with. */
export function mutate(text: string, rng: Rng, other: string): string {
  let edited = text;
  for (let edits = 1 + nextInt(rng, 3); edits > 0; edits--) edited = pick(rng, pick(rng, FAMILIES))(edited, rng, other);
  return edited.length > 4_000 ? edited.slice(0, 4_000) : edited;
}
