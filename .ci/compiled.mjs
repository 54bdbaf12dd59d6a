// Reads modules of src/ from plain Node, for the scripts here: compiles src/ (without checking types) into a cache
// under node_modules, so that dist/ is neither needed nor touched, and packages are found as usual.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Compiles src/ and returns what imports one of its files (`"cli/commands.ts"`). Removed when the process ends. */
export function compileSource() {
  const cache = join(root, "node_modules", ".cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "gatewayctl-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const options = ["--noCheck", "--declaration", "false", "--outDir", folder];
  const run = spawnSync(join(root, "node_modules/.bin/tsc"), ["-p", root, ...options], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`src/ does not compile:\n${run.stdout}${run.stderr}`);
  return (path) => import(pathToFileURL(join(folder, path.replace(/\.ts$/, ".js"))).href);
}
