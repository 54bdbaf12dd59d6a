import { readFileSync } from "node:fs";

/** The version of the installed package: of the package.json two folders up, from `src/cli` as from `dist/cli`. */
export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return (manifest as { version: string }).version;
}
