import type { RequestFacts } from "../exchange/request-facts.ts";
import type { Entry, Search } from "./entry.ts";
import { EVERY_PATH, type HostPattern } from "./match-spec.ts";
import { createPathIndex, findInPaths, type PathIndex } from "./path-index.ts";

/** Where a request's host leads: to at most one exact name, some wildcards, and what takes every host. */
export interface HostIndex {
  readonly exact: Map<string, PathIndex>;
  /** By suffix, its first dot included. */
  readonly suffixes: Map<string, PathIndex>;
  readonly every: PathIndex;
  longestSuffix: number;
}

/** Indexes entries, which have to come in the order of their ranks. */
export function createHostIndex(entries: readonly Entry[]): HostIndex {
  const index: HostIndex = { exact: new Map(), suffixes: new Map(), every: createPathIndex(), longestSuffix: 0 };
  for (const entry of entries) {
    const { host, path = EVERY_PATH } = entry.spec;
    if (host?.kind === "suffix") index.longestSuffix = Math.max(index.longestSuffix, host.suffix.length);
    pathsOf(index, host).add(path, entry);
  }
  return index;
}

function pathsOf(index: HostIndex, host: HostPattern | undefined): PathIndex {
  if (host === undefined) return index.every;
  const [map, key] = host.kind === "exact" ? [index.exact, host.name] : [index.suffixes, host.suffix];
  const known = map.get(key);
  if (known !== undefined) return known;
  const paths = createPathIndex();
  map.set(key, paths);
  return paths;
}

/** The best entry that admits the request. Host comes first in precedence, so the first group that has one decides. */
export function findByHost(index: HostIndex, facts: RequestFacts, method: string, search?: Search): Entry | undefined {
  const { host } = facts;
  const exact = index.exact.size > 0 ? index.exact.get(host) : undefined;
  const inExact = exact && findInPaths(exact, facts, method, search);
  if (inExact !== undefined) return inExact;
  if (index.suffixes.size > 0) {
    // A wildcard stands for one label or more: before a dot at 0 there is none.
    let dot = host.indexOf(".", Math.max(1, host.length - index.longestSuffix));
    for (; dot > 0; dot = host.indexOf(".", dot + 1)) {
      const paths = index.suffixes.get(host.slice(dot));
      const found = paths && findInPaths(paths, facts, method, search);
      if (found !== undefined) return found;
    }
  }
  return findInPaths(index.every, facts, method, search);
}

/** Whether a host is one that the pattern means. */
export function hostMatches(pattern: HostPattern, host: string): boolean {
  if (pattern.kind === "exact") return host === pattern.name;
  return host.length > pattern.suffix.length && host.endsWith(pattern.suffix);
}
