import type { ConfigPath } from "./config-path.ts";
import type { Problem, SourceRange } from "./diagnostic.ts";

/** A config file that has been read: its value, and where everything in it stands. */
export interface ConfigSource {
  /** Absolute path. */
  readonly file: string;
  /** How the file is named to people: relative to the working directory where it is below it. */
  readonly name: string;
  /** What the file says; `undefined` for a config that is code. */
  readonly text: string | undefined;
  /** Plain data as parsed, before `${NAME}`; `undefined` if syntax errors leave nothing to look at. */
  readonly value: unknown;
  /** Keys and values by place; `undefined` for a config that is code. */
  readonly tree: SourceNode | undefined;
  /** Syntax errors and duplicate keys. */
  readonly problems: readonly Problem[];
}

/** A value's place in the text, with what is inside it. One shape for YAML and JSON. */
export interface SourceNode extends SourceRange {
  readonly entries?: readonly SourceEntry[];
  readonly items?: readonly SourceNode[];
}

export interface SourceEntry {
  readonly key: string;
  readonly keyRange: SourceRange;
  readonly node: SourceNode;
}

/**
 * The place of a key or value. Where the path leads to nothing (a missing key, a value out of an alias), the place of
 * the nearest thing around it that is there: its key, so that the caret does not underline a whole section.
 */
export function locate(root: SourceNode, path: ConfigPath, at: "key" | "value"): SourceRange | undefined {
  let node = root;
  let keyRange: SourceRange | undefined;
  for (const step of path) {
    if (typeof step === "number") {
      const item = node.items?.[step];
      if (item === undefined) return keyRange ?? firstOf(node);
      node = item;
      keyRange = undefined;
    } else {
      const entry = node.entries?.findLast((candidate) => candidate.key === step);
      if (entry === undefined) return keyRange ?? firstOf(node);
      node = entry.node;
      keyRange = entry.keyRange;
    }
  }
  if (path.length === 0) return undefined;
  if (at === "key" && keyRange !== undefined) return keyRange;
  // A mapping or list as a whole is pointed at by its key, or by its first line.
  const isSection = node.entries !== undefined || node.items !== undefined;
  if (isSection || node.end <= node.start) return keyRange ?? firstOf(node);
  return node;
}

function firstOf(node: SourceNode): SourceRange | undefined {
  return node.entries?.[0]?.keyRange ?? { start: node.start, end: node.start + 1 };
}

/** Every key that stands twice in one mapping. */
export function duplicateKeys(root: SourceNode): Problem[] {
  const problems: Problem[] = [];
  const visit = (node: SourceNode, path: ConfigPath): void => {
    const seen = new Set<string>();
    for (const { key, keyRange, node: inner } of node.entries ?? []) {
      if (seen.has(key)) problems.push(duplicate([...path, key], key, keyRange));
      seen.add(key);
      if (inner.entries !== undefined || inner.items !== undefined) visit(inner, [...path, key]);
    }
    node.items?.forEach((item, i) => {
      if (item.entries !== undefined || item.items !== undefined) visit(item, [...path, i]);
    });
  };
  visit(root, []);
  return problems;
}

function duplicate(path: ConfigPath, key: string, range: SourceRange): Problem {
  return {
    code: "GW0106",
    severity: "error",
    path,
    at: "key",
    range,
    message: `\`${key}\` stands here twice`,
    hint: "YAML parsers differ in which one they take: remove one",
  };
}
