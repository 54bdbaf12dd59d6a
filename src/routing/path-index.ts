import type { RequestFacts } from "../exchange/request-facts.ts";
import type { Entry, Search } from "./entry.ts";
import type { PathPattern } from "./match-spec.ts";
import { addToTrie, createTrieNode, findInTrie, firstAdmitting } from "./path-trie.ts";

/** The entries of one host, by path. */
export class PathIndex {
  /** Exact paths without captures. */
  readonly exacts = new Map<string, Entry[]>();
  readonly trie = createTrieNode();
  /** Tried one after the other: the only part whose cost grows with the number of routes. */
  readonly regexes: Entry[] = [];

  /** Entries have to come in the order of their ranks. */
  add(pattern: PathPattern, entry: Entry): void {
    if (pattern.kind === "regex") {
      this.regexes.push(entry);
    } else if (pattern.kind === "prefix" || pattern.segments.some((segment) => "capture" in segment)) {
      addToTrie(this.trie, pattern, entry);
    } else {
      const same = this.exacts.get(pattern.text);
      if (same === undefined) this.exacts.set(pattern.text, [entry]);
      else same.push(entry);
    }
  }
}

/** An index without entries. */
export function createPathIndex(): PathIndex {
  return new PathIndex();
}

const UNBOUND = Number.POSITIVE_INFINITY;

/** The best entry that admits the request: literal exact paths come before all others, regexes after. */
export function findInPaths(index: PathIndex, facts: RequestFacts, method: string, search?: Search): Entry | undefined {
  if (index.exacts.size > 0) {
    const exacts = index.exacts.get(facts.path);
    const exact = exacts && firstAdmitting(exacts, facts, UNBOUND, method, search);
    if (exact !== undefined) return exact;
  }
  const found = index.trie.minRank < UNBOUND ? findInTrie(index.trie, facts, 0, UNBOUND, method, search) : undefined;
  return found ?? firstAdmitting(index.regexes, facts, UNBOUND, method, search);
}
