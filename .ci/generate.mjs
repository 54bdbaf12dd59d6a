// Writes every file that is made from another one; with --check, only says which of them are not what they
// would be. Paths after it narrow it to those files.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileSource } from "./compiled.mjs";
import { layerLine, oxlintConfig } from "./oxlint.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const at = (path) => join(root, path);
const read = (path) => (existsSync(at(path)) ? readFileSync(at(path), "utf8") : "");
let load;
/** Compiled only when a file needs it: the lint rules do not. */
const source = (path) => {
  load ??= compileSource();
  return load(path);
};

/** Path → what it should hold, given what it holds. */
const GENERATED = {
  ".oxlintrc.json": () => formatted(".oxlintrc.json", JSON.stringify(oxlintConfig)),
  "src/config/gateway.schema.json": async () => (await source("config/json-schema.ts")).renderJsonSchema(),
  "README.md": async (text) => {
    const withCommands = between(text, "commands", await commandList());
    return formatted("README.md", between(withCommands, "unsupported", await unsupportedList()));
  },
  "src/README.md": (text) => formatted("README.md", between(text, "layers", `    ${layerLine}`)),
};

const check = process.argv.includes("--check");
const named = process.argv.slice(2).filter((word) => word !== "--check");
const stale = [];
for (const [path, make] of Object.entries(GENERATED)) {
  if (named.length > 0 && !named.includes(path)) continue;
  const now = read(path);
  const wanted = await make(now);
  if (wanted === now) continue;
  stale.push(path);
  if (!check) writeFileSync(at(path), wanted);
}
for (const path of stale) console.log(check ? `${path} is not what \`npm run generate\` makes of it` : `wrote ${path}`);
if (check && stale.length > 0) process.exitCode = 1;

/** As biome would leave it, so that the generated file passes the format check. */
function formatted(path, text) {
  const biome = at("node_modules/.bin/biome");
  const run = spawnSync(biome, ["format", `--stdin-file-path=${path}`], { cwd: root, input: text, encoding: "utf8" });
  if (run.status !== 0) throw new Error(`biome could not format ${path}: ${run.stderr}`);
  return run.stdout;
}

/** `text` with `body` between `<!-- name -->` and `<!-- /name -->`. */
function between(text, name, body) {
  const pattern = new RegExp(`(<!-- ${name}\\b[^>]*-->\\n)[^]*?(<!-- /${name} -->)`);
  if (!pattern.test(text)) throw new Error(`the markers of "${name}" are missing`);
  return text.replace(pattern, (_all, open, close) => `${open}\n${body}\n\n${close}`);
}

async function commandList() {
  const { COMMAND_GROUPS, loadCommands } = await source("cli/commands.ts");
  const commands = await loadCommands();
  const row = ({ command }) => `| \`${usage(command)}\` | ${command.summary} |`;
  const rows = COMMAND_GROUPS.flatMap((group) => commands.filter((each) => each.group === group).map(row));
  return ["| Command | What it does |", "|---|---|", ...rows].join("\n");
}

/** What is refused, by what it would do; the paths as a reader writes them: `routes[].split`. */
async function unsupportedList() {
  const { UNSUPPORTED } = await source("config/unsupported.ts");
  const keys = groupByWhat(UNSUPPORTED);
  const row = ([what, rows]) => {
    const paths = new Set(rows.map(({ path }) => path.replaceAll(".#", "[]").replaceAll(".*", ".NAME")));
    return `| ${what} | ${[...paths].map((path) => `\`${path}\``).join(", ")} |`;
  };
  return ["| Not yet | Keys |", "|---|---|", ...[...keys].map(row)].join("\n");
}

function groupByWhat(rows) {
  const groups = new Map();
  for (const row of rows) groups.set(row.what, [...(groups.get(row.what) ?? []), row]);
  return groups;
}

function usage({ name, args = [] }) {
  const words = args.map((arg) => {
    const word = arg.name.replace(/[A-Z]/g, "-$&").toUpperCase() + (arg.variadic ? "…" : "");
    return arg.required ? word : `[${word}]`;
  });
  return ["gatewayctl", name, ...words].join(" ");
}
