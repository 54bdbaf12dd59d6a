// What would be published: `npm pack` must hold bin, dist, templates and the schema, and nothing else, and publint
// must find nothing to say about its entry points.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

const root = fileURLToPath(new URL("..", import.meta.url));

/** npm adds these three files by itself. */
const ALLOWED = [
  /^bin\/gatewayctl\.js$/,
  /^dist\/.+\.(?:js|d\.ts)$/,
  /^dist\/config\/gateway\.schema\.json$/,
  /^templates\//,
];
const BY_NPM = ["package.json", "README.md", "LICENSE"];
const REQUIRED = [
  "bin/gatewayctl.js",
  "dist/index.js",
  "dist/index.d.ts",
  "dist/cli/run-process.js",
  "dist/config/gateway.schema.json",
];

const problems = [];
if (!existsSync(join(root, "dist"))) problems.push("there is no dist/: run `npm run build`");
const folder = mkdtempSync(join(tmpdir(), "gatewayctl-pack-"));
try {
  const files = pack();
  for (const path of files) {
    if (!BY_NPM.includes(path) && !ALLOWED.some((pattern) => pattern.test(path)))
      problems.push(`not to be published: ${path}`);
  }
  for (const path of [...REQUIRED, ...BY_NPM]) if (!files.includes(path)) problems.push(`missing: ${path}`);
  if (!files.some((path) => path.startsWith("templates/"))) problems.push("missing: templates/");
  if (problems.length === 0) await lint();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const problem of problems) console.log(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

/** The paths that npm would put into the tarball. `prepare` is left out: dist/ is checked as it stands. */
function pack() {
  const run = spawnSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: root, encoding: "utf8" });
  if (run.status !== 0) throw new Error(run.stderr);
  const report = JSON.parse(run.stdout);
  const [entry] = Array.isArray(report) ? report : Object.values(report);
  return entry.files.map((file) => file.path);
}

async function lint() {
  const { messages, pkg } = await publint({ pkgDir: root, strict: true, pack: false });
  for (const message of messages) problems.push(`publint: ${formatMessage(message, pkg, { color: false })}`);
}
