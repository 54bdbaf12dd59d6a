import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Every TypeScript file below a folder, as paths from the root. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => name.endsWith(".ts"))
    .map((name) => posix.join(folder, name))
    .sort();
}

/** The text of a file of the repository, by its path from the root. */
export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** What a file imports as soon as it is loaded: neither types, which are erased, nor what `import()` reads later. */
export function staticImports(path: string): string[] {
  const found = textOf(path).matchAll(/^(?:import|export)\s(?!type\b)(?:[^;"']*?\bfrom\s+)?"([^"]+)"/gm);
  return [...found].map((match) => match[1] as string);
}

/** Everything that loading some files loads: the files of src/ and the packages, through static imports. */
export function closureOf(entries: readonly string[]): { files: Set<string>; packages: Map<string, string> } {
  const files = new Set<string>();
  const packages = new Map<string, string>();
  const waiting = [...entries];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (files.has(path)) continue;
    files.add(path);
    for (const specifier of staticImports(path)) {
      if (specifier.startsWith(".")) waiting.push(posix.join(dirname(path), specifier));
      else if (!packages.has(specifier)) packages.set(specifier, path);
    }
  }
  return { files, packages };
}
