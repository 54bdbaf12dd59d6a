import type { Problem } from "./diagnostic.ts";
import { duplicateKeys, type SourceEntry, type SourceNode } from "./source.ts";
import type { ParsedText } from "./yaml-source.ts";

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// eslint-disable-next-line no-control-regex -- RFC 8259 section 7 forbids exactly these characters.
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/y;
const WORD = /true|false|null/y;
const SPACE = /[ \t\r\n]*/y;
const DEEPEST = 200;

class JsonError extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Parses JSON (RFC 8259) and keeps the place of every key and value, which `JSON.parse` does not. */
export function parseJson(text: string): ParsedText {
  const body = text.startsWith("\uFEFF") ? ` ${text.slice(1)}` : text;
  try {
    const cursor: Cursor = { text: body, at: 0 };
    const tree = readValue(cursor, 0);
    take(cursor, SPACE);
    if (cursor.at < body.length) throw unexpected(cursor, "the end of the file");
    return { value: JSON.parse(body), tree, problems: duplicateKeys(tree) };
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const range = { start: error.offset, end: error.offset + 1 };
    const problem: Problem = {
      code: "GW0107",
      severity: "error",
      path: [],
      at: "value",
      range,
      message: error.message,
    };
    return { value: undefined, tree: undefined, problems: [problem] };
  }
}

/** A text and how far it has been read. */
interface Cursor {
  readonly text: string;
  at: number;
}

/** Reads what the pattern (sticky) matches here; `undefined` if nothing. */
function take(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text)?.[0];
  if (found !== undefined) cursor.at += found.length;
  return found;
}

function takeSign(cursor: Cursor, sign: string): boolean {
  take(cursor, SPACE);
  if (cursor.text[cursor.at] !== sign) return false;
  cursor.at++;
  return true;
}

function expectSign(cursor: Cursor, sign: string, expected: string): void {
  if (!takeSign(cursor, sign)) throw unexpected(cursor, expected);
}

function unexpected(cursor: Cursor, expected: string): JsonError {
  take(cursor, SPACE);
  const { text, at } = cursor;
  const found =
    at >= text.length ? "the end of the file" : JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0));
  return new JsonError(`Expected ${expected}, found ${found}`, Math.min(at, Math.max(0, text.length - 1)));
}

function readValue(cursor: Cursor, depth: number): SourceNode {
  take(cursor, SPACE);
  const start = cursor.at;
  if (depth > DEEPEST) throw new JsonError(`Nested more than ${DEEPEST} levels deep`, start);
  if (takeSign(cursor, "{")) return readMapping(cursor, start, depth);
  if (takeSign(cursor, "[")) return readList(cursor, start, depth);
  const scalar = take(cursor, STRING) ?? take(cursor, NUMBER) ?? take(cursor, WORD);
  if (scalar === undefined) throw unexpected(cursor, "a value");
  return { start, end: cursor.at };
}

function readList(cursor: Cursor, start: number, depth: number): SourceNode {
  const items: SourceNode[] = [];
  if (takeSign(cursor, "]")) return { start, end: cursor.at, items };
  do items.push(readValue(cursor, depth + 1));
  while (takeSign(cursor, ","));
  expectSign(cursor, "]", '"," or "]"');
  return { start, end: cursor.at, items };
}

function readMapping(cursor: Cursor, start: number, depth: number): SourceNode {
  const entries: SourceEntry[] = [];
  if (takeSign(cursor, "}")) return { start, end: cursor.at, entries };
  do {
    take(cursor, SPACE);
    const keyRange = { start: cursor.at, end: cursor.at };
    const key = take(cursor, STRING);
    if (key === undefined) throw unexpected(cursor, "a key in double quotes");
    keyRange.end = cursor.at;
    expectSign(cursor, ":", '":"');
    entries.push({ key: JSON.parse(key) as string, keyRange, node: readValue(cursor, depth + 1) });
  } while (takeSign(cursor, ","));
  expectSign(cursor, "}", '"," or "}"');
  return { start, end: cursor.at, entries };
}
