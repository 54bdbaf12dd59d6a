import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * What the file of that name held when somebody last looked at it. With TAPES=write it is written first: the diff is
 * what is to be looked at.
 */
export function golden(folder: URL, name: string, text: string): string {
  const file = new URL(name, folder);
  if (process.env["TAPES"] === "write") {
    mkdirSync(dirname(file.pathname), { recursive: true });
    writeFileSync(file, text);
  }
  return readFileSync(file, "utf8");
}
