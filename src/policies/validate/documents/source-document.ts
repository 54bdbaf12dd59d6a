import { createRequire } from "node:module";
import type * as Yaml from "yaml";
import type { Document, Node } from "yaml";
import { pointerKeys } from "./json-pointer.ts";

const require = createRequire(import.meta.url);
/** Only who has a file to read loads the parser. */
const yaml = (): typeof Yaml => require("yaml") as typeof Yaml;

/** A file that has been read, or what stands in the config in its place. */
export interface SourceDocument {
  /** Absolute; `undefined` for what stands in the config. */
  readonly path: string | undefined;
  /** As shown to people; `undefined` for what stands in the config. */
  readonly name: string | undefined;
  readonly root: unknown;
  /** The line of what a pointer leads to, from 1; where it leads to nothing, of the nearest thing around it. */
  lineOf(pointer: string): number | undefined;
}

/** Text that is neither JSON nor YAML. */
export class MalformedText extends Error {
  readonly line: number | undefined;

  constructor(message: string, line: number | undefined) {
    super(message);
    this.line = line;
  }
}

/** Beyond, looking up a line would take longer than anybody waits for a message. */
const LONGEST_WITH_LINES = 4 * 1024 ** 2;

/**
 * Reads JSON or YAML 1.2. Lines are looked up only when something is wrong.
 * @throws MalformedText
 */
export function parseDocumentText(path: string, name: string, text: string): SourceDocument {
  let tree: { doc: Document; lineAt: (offset: number) => number } | undefined;
  const parsed = parseJson(text, path.endsWith(".json"));
  return {
    path,
    name,
    root: parsed === undefined ? parseYaml(text) : parsed.value,
    lineOf(pointer) {
      if (text.length > LONGEST_WITH_LINES) return undefined;
      tree ??= readTree(text);
      const keys = pointerKeys(pointer) ?? [];
      for (let length = keys.length; length >= 0; length--) {
        const node = tree.doc.getIn(keys.slice(0, length), true) as Node | undefined;
        if (node?.range) return tree.lineAt(node.range[0]);
      }
      return undefined;
    },
  };
}

/** A value of the config as a document: it has no lines of its own. */
export function inlineDocument(root: unknown): SourceDocument {
  return { path: undefined, name: undefined, root, lineOf: () => undefined };
}

/** @param only it is JSON by its name, and nothing else: YAML is more forgiving */
function parseJson(text: string, only: boolean): { value: unknown } | undefined {
  if (!only && !/^\uFEFF?\s*[[{]/.test(text)) return undefined;
  const plain = text.replace(/^\uFEFF/, "");
  try {
    return { value: JSON.parse(plain) };
  } catch (error) {
    if (!only) return undefined;
    const message = error instanceof Error ? error.message : String(error);
    const position = Number(/at position (\d+)/.exec(message)?.[1] ?? plain.length);
    const line = plain.slice(0, position).split("\n").length;
    throw new MalformedText(`is not JSON: ${message.replace(/ \(line \d+ column \d+\)$/, "")}`, line);
  }
}

function parseYaml(text: string): unknown {
  const { doc, lineAt } = readTree(text);
  const [error] = doc.errors;
  if (error !== undefined) throw new MalformedText(error.message.replace(/\.$/, ""), lineAt(error.pos[0]));
  try {
    return doc.toJS({ maxAliasCount: 100 });
  } catch (problem) {
    // An alias that expands without end.
    throw new MalformedText(problem instanceof Error ? problem.message : String(problem), undefined);
  }
}

function readTree(text: string): { doc: Document; lineAt: (offset: number) => number } {
  const { LineCounter, parseDocument } = yaml();
  const lines = new LineCounter();
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true, logLevel: "error" });
  return { doc, lineAt: (offset) => lines.linePos(offset).line };
}
