import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";

/**
 * The Node that runs gatewayctl and the peers written for Node. One that is not this program's own is fetched by npx
 * into npm's cache, once; what is measured is the binary itself, so that npx is not measured with it.
 *
 * @param {{ version?: string, path?: string }} wanted a version as npm names it ("24", "22.12.0"), or a binary
 * @returns {{ path: string, version: string, major: number }}
 * @throws {Error} when there is no such Node
 */
export function findNode({ version, path }) {
  if (path !== undefined) return described(path);
  if (version === undefined || version === String(major(process.version))) return described(process.execPath);
  try {
    const args = ["--yes", "--package", `node@${version}`, "node", "--print", "process.execPath"];
    return described(execFileSync("npx", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim());
  } catch (error) {
    throw new Error(`node@${version} could not be had from npm`, { cause: error });
  }
}

function described(path) {
  try {
    accessSync(path, constants.X_OK);
    const version = execFileSync(path, ["--version"], { encoding: "utf8" }).trim();
    return { path, version, major: major(version) };
  } catch (error) {
    throw new Error(`${path} is not a Node that can be run`, { cause: error });
  }
}

function major(version) {
  return Number(/^v(\d+)\./.exec(version)?.[1]);
}
