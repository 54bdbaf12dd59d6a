import type { RequestFacts } from "../exchange/request-facts.ts";
import { admits, type Entry, type Search } from "./entry.ts";
import type { SegmentPattern } from "./match-spec.ts";

/** Up to this many children, comparing in place is cheaper than cutting the segment out to look it up. */
const FEW_CHILDREN = 4;

/** A position in the segments of the patterns below it. */
export interface TrieNode {
  names: string[];
  children: TrieNode[];
  /** The same children by name, once there are many. */
  byName: Map<string, TrieNode> | undefined;
  /** The child for a captured segment. */
  capture: TrieNode | undefined;
  /** Entries whose path may end here or go on, and those whose path must end here; by rank. */
  prefixes: Entry[];
  exacts: Entry[];
  /** The best rank at this node and below: what has found a better one need not come here. */
  minRank: number;
}

/** An empty node. */
export function createTrieNode(): TrieNode {
  const none = Number.POSITIVE_INFINITY;
  return { names: [], children: [], byName: undefined, capture: undefined, prefixes: [], exacts: [], minRank: none };
}

/** Adds an entry under its pattern. Entries have to come in the order of their ranks. */
export function addToTrie(root: TrieNode, pattern: SegmentPattern, entry: Entry): void {
  let node = root;
  node.minRank = Math.min(node.minRank, entry.rank);
  for (const segment of pattern.segments) {
    node = "literal" in segment ? literalChild(node, segment.literal) : captureChild(node);
    node.minRank = Math.min(node.minRank, entry.rank);
  }
  (pattern.kind === "exact" ? node.exacts : node.prefixes).push(entry);
}

function literalChild(node: TrieNode, name: string): TrieNode {
  const known = node.byName !== undefined ? node.byName.get(name) : node.children[node.names.indexOf(name)];
  if (known !== undefined) return known;
  const child = createTrieNode();
  node.names.push(name);
  node.children.push(child);
  if (node.byName !== undefined) node.byName.set(name, child);
  else if (node.names.length > FEW_CHILDREN) {
    node.byName = new Map(node.names.map((each, i) => [each, node.children[i] as TrieNode]));
  }
  return child;
}

function captureChild(node: TrieNode): TrieNode {
  node.capture ??= createTrieNode();
  return node.capture;
}

/**
 * The best entry at or below the node that admits the request and is better than `bound`.
 * `from` is where the path goes on: at a "/" or at its end. `search`: see {@link admits}.
 */
export function findInTrie(
  node: TrieNode,
  facts: RequestFacts,
  from: number,
  bound: number,
  method: string,
  search?: Search,
): Entry | undefined {
  const { path } = facts;
  let best: Entry | undefined;
  if (from < path.length) {
    const slash = path.indexOf("/", from + 1);
    const to = slash < 0 ? path.length : slash;
    const literal = node.names.length > 0 ? childNamed(node, path, from + 1, to) : undefined;
    if (literal !== undefined && literal.minRank < bound) {
      best = findInTrie(literal, facts, to, bound, method, search);
    }
    const { capture } = node;
    if (capture !== undefined && to > from + 1 && capture.minRank < (best?.rank ?? bound)) {
      best = findInTrie(capture, facts, to, best?.rank ?? bound, method, search) ?? best;
    }
  } else if (node.exacts.length > 0) {
    best = firstAdmitting(node.exacts, facts, bound, method, search);
  }
  return firstAdmitting(node.prefixes, facts, best?.rank ?? bound, method, search) ?? best;
}

/** The first of entries in the order of rank that admits the request and is better than `bound`. */
export function firstAdmitting(
  entries: readonly Entry[],
  facts: RequestFacts,
  bound: number,
  method: string,
  search?: Search,
): Entry | undefined {
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i] as Entry;
    if (entry.rank >= bound) return undefined;
    if (admits(entry, facts, method, search)) return entry;
  }
  return undefined;
}

function childNamed(node: TrieNode, path: string, start: number, end: number): TrieNode | undefined {
  if (node.byName !== undefined) return node.byName.get(path.slice(start, end));
  const { names } = node;
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    if (name.length === end - start && path.startsWith(name, start)) return node.children[i];
  }
  return undefined;
}
