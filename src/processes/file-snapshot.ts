import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Files beyond this number are not looked at: a watch that covers so many was not meant. */
const MOST_FILES = 10_000;

/** What a set of files looked like at one moment. */
export interface FileSnapshot {
  /** Path → size, time of change and inode: another text whenever the file was written or replaced. */
  readonly files: ReadonlyMap<string, string>;
  /** Every folder in which a change could matter. */
  readonly folders: ReadonlySet<string>;
}

/** Looks at files, and at folders with all below them but `node_modules` and hidden ones. What is missing is left out. */
export async function takeSnapshot(paths: readonly string[]): Promise<FileSnapshot> {
  const files = new Map<string, string>();
  const folders = new Set<string>();
  const visit = async (path: string): Promise<void> => {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory()) {
      folders.add(path);
      for (const name of await visibleIn(path)) await visit(join(path, name));
    } else if (found && files.size < MOST_FILES) {
      files.set(path, `${found.size} ${found.mtimeMs} ${found.ino}`);
    }
  };
  for (const path of paths) {
    // An editor that replaces a file by renaming, or a file that is yet to come, shows in its folder only.
    folders.add(dirname(path));
    await visit(path);
  }
  return { files, folders };
}

async function visibleIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => []);
  // A link to a folder may lead round in a circle.
  const wanted = entries.filter((entry) => !entry.name.startsWith(".") && entry.name !== "node_modules");
  return wanted.filter((entry) => !entry.isSymbolicLink()).map((entry) => entry.name);
}

/** A path that is new, gone or different; `undefined` if nothing is. */
export function firstChange(before: FileSnapshot, after: FileSnapshot): string | undefined {
  for (const [path, mark] of after.files) {
    if (before.files.get(path) !== mark) return path;
  }
  for (const path of before.files.keys()) {
    if (!after.files.has(path)) return path;
  }
  return undefined;
}
