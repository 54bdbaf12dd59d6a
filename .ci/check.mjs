// `npm run check`: everything that can be said of the code without running it. One line for each step, all failures
// at the end, and an exit code that says whether there were any. `npm run check lint types` runs some of the steps.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = (name) => fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url));
const node = process.execPath;

const STEPS = [
  { name: "format", says: "as biome writes it", command: [bin("biome"), "format", "."] },
  { name: "lint", says: "rules and layers", command: [bin("oxlint"), "--format=unix"] },
  { name: "types", says: "src/", command: [bin("tsc"), "--noEmit", "-p", "."] },
  { name: "test types", says: "test/", command: [bin("tsc"), "-p", "test"] },
  { name: "generated", says: "files made from other files", command: [node, ".ci/generate.mjs", "--check"] },
  { name: "unused", says: "files, exports, packages", command: [bin("knip"), "--no-progress"] },
  {
    name: "house",
    says: "planted violations are found",
    command: [bin("vitest"), "run", "--config", "test/vitest.config.ts", "test/house"],
  },
  { name: "package", says: "contents and entry points", command: [node, ".ci/package.mjs"] },
];

/** The machine it must run on has two cores. */
const AT_ONCE = 2;

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !STEPS.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`no such step: ${unknown.join(", ")}; there are ${STEPS.map((step) => step.name).join(", ")}`);
  process.exit(64);
}

const waiting = STEPS.filter((step) => asked.length === 0 || asked.includes(step.name));
const total = waiting.length;
const failures = [];
const started = performance.now();

await Promise.all(Array.from({ length: AT_ONCE }, worker));

for (const { name, output } of failures) console.log(`\n── ${name} ──\n${output.trim()}`);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(`\n${total - failures.length} of ${total} steps passed in ${seconds} s`);
process.exitCode = failures.length > 0 ? 1 : 0;

async function worker() {
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
    const begun = performance.now();
    const { ok, output } = await run(step.command);
    const took = `${((performance.now() - begun) / 1000).toFixed(1)} s`;
    console.log(`${ok ? "ok  " : "FAIL"}  ${step.name.padEnd(10)}  ${took.padStart(7)}  ${step.says}`);
    if (!ok) failures.push({ name: step.name, output });
  }
}

function run([file, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    child.on("error", (error) => resolve({ ok: false, output: error.message }));
    child.on("close", (code) => resolve({ ok: code === 0, output }));
  });
}
