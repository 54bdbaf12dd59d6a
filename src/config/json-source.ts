import type { Problem } from "./diagnostic.ts";
import { duplicateKeys, type SourceEntry, type SourceNode } from "./source.ts";
import type { ParsedText } from "./yaml-source.ts";

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// eslint-disable-next-line no-control-regex -- RFC 8259 section 7 forbids exactly these characters.
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/y;
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
    const scanner = createScanner(body);
    const tree = scanner.value(0);
    scanner.end();
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

interface Scanner {
  value(depth: number): SourceNode;
  end(): void;
}

function createScanner(text: string): Scanner {
  let at = 0;

  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const punctuation = (sign: string): boolean => {
    take(SPACE);
    if (text[at] !== sign) return false;
    at++;
    return true;
  };
  const fail = (expected: string): never => {
    take(SPACE);
    const found = at >= text.length ? "the end of the file" : JSON.stringify(text[at]);
    throw new JsonError(`Expected ${expected}, found ${found}`, Math.min(at, Math.max(0, text.length - 1)));
  };
  const string = (): { key: string; start: number; end: number } => {
    take(SPACE);
    const start = at;
    const found = take(STRING) ?? fail("a text in double quotes");
    return { key: JSON.parse(found) as string, start, end: at };
  };

  const list = (start: number, depth: number): SourceNode => {
    const items: SourceNode[] = [];
    if (punctuation("]")) return { start, end: at, items };
    do items.push(value(depth + 1));
    while (punctuation(","));
    if (!punctuation("]")) fail('"," or "]"');
    return { start, end: at, items };
  };
  const mapping = (start: number, depth: number): SourceNode => {
    const entries: SourceEntry[] = [];
    if (punctuation("}")) return { start, end: at, entries };
    do {
      const { key, ...keyRange } = string();
      if (!punctuation(":")) fail('":"');
      entries.push({ key, keyRange, node: value(depth + 1) });
    } while (punctuation(","));
    if (!punctuation("}")) fail('"," or "}"');
    return { start, end: at, entries };
  };
  const value = (depth: number): SourceNode => {
    take(SPACE);
    const start = at;
    if (depth > DEEPEST) throw new JsonError(`Nested more than ${DEEPEST} levels deep`, start);
    if (punctuation("{")) return mapping(start, depth);
    if (punctuation("[")) return list(start, depth);
    if (take(STRING) === undefined && take(NUMBER) === undefined && take(/true|false|null/y) === undefined) {
      fail("a value");
    }
    return { start, end: at };
  };
  const end = (): void => {
    take(SPACE);
    if (at < text.length) fail("the end of the file");
  };
  return { value, end };
}
