import { isAlias, isMap, isNode, isPair, isScalar, isSeq, type ParsedNode, parseDocument } from "yaml";
import type { Problem } from "./diagnostic.ts";
import { duplicateKeys, type SourceEntry, type SourceNode } from "./source.ts";

/** What a text parses to. */
export interface ParsedText {
  readonly value: unknown;
  readonly tree: SourceNode | undefined;
  readonly problems: readonly Problem[];
}

/** Parses YAML 1.2 (core schema, with `<<` merges and aliases) and keeps the place of every key and value. */
export function parseYaml(text: string): ParsedText {
  // Duplicate keys are found on the tree below, so that they do not end the analysis of everything else.
  const doc = parseDocument(text, { prettyErrors: false, uniqueKeys: false, merge: true, logLevel: "error" });
  const syntax = [...doc.errors, ...doc.warnings].map(
    (error): Problem => ({
      code: "GW0107",
      severity: "error",
      path: [],
      at: "value",
      range: { start: error.pos[0], end: Math.max(error.pos[1], error.pos[0] + 1) },
      message: syntaxMessage(error.code, error.message),
      hint: syntaxHint(error.code, error.message),
    }),
  );
  if (syntax.length > 0) return { value: undefined, tree: undefined, problems: firstOfEachLine(syntax, text) };
  try {
    const tree = doc.contents === null ? undefined : toNode(doc.contents);
    const value: unknown = doc.toJS({ maxAliasCount: 100 });
    return { value, tree, problems: tree === undefined ? [] : duplicateKeys(tree) };
  } catch (error) {
    // An alias that expands without end, or to more than anybody writes by hand.
    const message = `cannot be expanded: ${error instanceof Error ? error.message : String(error)}`;
    const problem: Problem = { code: "GW0107", severity: "error", path: [], at: "value", message };
    return { value: undefined, tree: undefined, problems: [problem] };
  }
}

function toNode(node: unknown): SourceNode {
  const [start, end] = rangeOf(node);
  // What an alias stands for has its places at the anchor; errors belong where the alias is used.
  if (isAlias(node)) return { start, end };
  if (isMap(node)) {
    const entries = node.items.flatMap((pair): SourceEntry[] => {
      if (!isPair(pair)) return [];
      const [keyStart, keyEnd] = rangeOf(pair.key);
      const key = keyOf(pair.key);
      const empty = { start: keyStart, end: keyStart };
      const inner = pair.value === null || pair.value === undefined ? empty : toNode(pair.value);
      return [{ key, keyRange: { start: keyStart, end: keyEnd }, node: inner }];
    });
    return { start, end, entries };
  }
  if (isSeq(node)) return { start, end, items: node.items.map(toNode) };
  return { start, end };
}

/** As `toJS` names it: what is no text is named by how it is written. */
function keyOf(key: unknown): string {
  if (!isScalar(key)) return isNode(key) ? String(key) : "";
  const { value } = key;
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

function rangeOf(node: unknown): [start: number, end: number] {
  const range = (node as ParsedNode | null)?.range;
  return range ? [range[0], range[1]] : [0, 0];
}

const SYNTAX_HINTS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "YAML is indented with spaces only",
  BAD_INDENT: "keys of one mapping stand in one column",
  BLOCK_AS_IMPLICIT_KEY: 'a value that holds ": " needs quotes',
  MULTIPLE_DOCS: "a config is one document: remove the line ---",
  TAG_RESOLVE_FAILED: "tags have no meaning in a config: remove the word after the !",
};

/** YAML's words for a key that stands a little to the left of the others. */
const OUT_OF_LINE = /^Sequence item without - indicator/;

function syntaxHint(code: string, message: string): string | undefined {
  if (/^Flow (?:sequence|map)/.test(message))
    return `the ${message.startsWith("Flow map") ? "{" : "["} above is not closed`;
  if (OUT_OF_LINE.test(message)) return "keys of one entry stand in one column: the one of the key after its -";
  return SYNTAX_HINTS[code];
}

function syntaxMessage(code: string, message: string): string {
  if (code === "TAB_AS_INDENT") return "A tab indents this line";
  if (OUT_OF_LINE.test(message)) return "This line belongs to no entry of the list above";
  if (code === "MULTIPLE_DOCS") return "A second document begins here";
  if (/^Flow (?:sequence|map)/.test(message)) return "A list or mapping in brackets is not closed before this line";
  return message.replace(/\.$/, "");
}

/** A missing bracket makes a cascade of errors; the first of a line says it all. */
function firstOfEachLine(problems: readonly Problem[], text: string): Problem[] {
  const lines = new Set<number>();
  return problems.filter(({ range }) => {
    const line = text.slice(0, range?.start ?? 0).split("\n").length;
    if (lines.has(line)) return false;
    lines.add(line);
    return true;
  });
}
