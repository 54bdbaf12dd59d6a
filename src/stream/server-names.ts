import { parseHostPattern } from "../routing/host-pattern.ts";

/**
 * Finds what stands for a TLS server name: the name itself, before the longest wildcard (`*.db.localhost`, which stands
 * for one label or more), before `*`, which takes every other name and clients that give none.
 */
export function createNameTable<T>(names: ReadonlyMap<string, T>): (serverName: string | undefined) => T | undefined {
  const exact = new Map<string, T>();
  const suffixes = new Map<string, T>();
  for (const [pattern, value] of names) {
    const parsed = pattern === "*" ? undefined : parseHostPattern(pattern);
    if (parsed === undefined || "problem" in parsed) continue;
    if (parsed.kind === "exact") exact.set(parsed.name, value);
    else suffixes.set(parsed.suffix, value);
  }
  const rest = names.get("*");
  return (serverName) => {
    if (serverName === undefined) return rest;
    const found = exact.get(serverName);
    if (found !== undefined) return found;
    for (let dot = serverName.indexOf("."); dot >= 0; dot = serverName.indexOf(".", dot + 1)) {
      const under = suffixes.get(serverName.slice(dot));
      if (under !== undefined) return under;
    }
    return rest;
  };
}
