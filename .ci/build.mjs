// Builds dist/ from src/ with tsc, and copies what tsc does not: JSON read at run time or published.
// Run by `npm run build` and by npm itself (`prepare`) after `npm ci` and before `npm pack`.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const at = (...parts) => join(root, ...parts);

// An installed package has no src/: whatever calls this there (a rebuild, a linked folder) has nothing to build.
if (!existsSync(at("src"))) process.exit(0);

const started = performance.now();
rmSync(at("dist"), { recursive: true, force: true });

const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
const { status } = spawnSync(process.execPath, [tsc, "-p", root], { stdio: "inherit" });
if (status !== 0) process.exit(status ?? 1);

const schema = at("src", "config", "gateway.schema.json");
if (existsSync(schema)) cpSync(schema, at("dist", "config", "gateway.schema.json"));
chmodSync(at("bin", "gatewayctl.js"), 0o755);
console.log(`built dist/ in ${((performance.now() - started) / 1000).toFixed(1)} s`);
