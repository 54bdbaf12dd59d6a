import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FOLDERS, forbiddenTo, HTTP_PROXY_FILE, ISLANDS, PURE, PURE_PACKAGES } from "../../.ci/layers.mjs";
import { closureOf, filesBelow, ROOT, textOf } from "../helpers/imports.ts";
import { writeFiles } from "../helpers/temp-dir.ts";

/** A file that breaks one rule: where it stands, what it says, and which rule must say so. */
interface Planted {
  readonly path: string;
  readonly text: string;
  readonly rule: string;
}

const IMPORTS = "no-restricted-imports";

/** For every folder, an import of every folder that it must not import from. */
const layerBreaks: Planted[] = FOLDERS.flatMap((folder) =>
  forbiddenTo(folder).map((other) => ({
    path: `src/${folder}/imports-${other}.ts`,
    text: `export { thing } from "../${other}/thing.ts";`,
    rule: IMPORTS,
  })),
);

const pureBreaks: Planted[] = PURE.flatMap((folder) =>
  [
    ["node", `export { createHash } from "node:crypto";`, IMPORTS],
    ["package", `export { parse } from "yaml";`, IMPORTS],
    ["date", "export const at = (): Date => new Date();", "no-restricted-globals"],
    ["performance", "export const at = (): number => performance.now();", "no-restricted-globals"],
    ["global-this", "export const at = (): number => globalThis.performance.now();", "no-restricted-globals"],
    ["timer", "export const wait = (then: () => void): unknown => setTimeout(then, 1);", "no-restricted-globals"],
    ["interval", "export const wait = (then: () => void): unknown => setInterval(then, 1);", "no-restricted-globals"],
    ["immediate", "export const wait = (then: () => void): unknown => setImmediate(then);", "no-restricted-globals"],
    ["process", "export const pid = (): number => process.pid;", "no-restricted-globals"],
    ["crypto", "export const id = (): string => crypto.randomUUID();", "no-restricted-globals"],
    ["random", "export const draw = (): number => Math.random();", "no-restricted-properties"],
    ["console", `export const say = (): void => console.log("x");`, "no-console"],
  ].map(([name, text, rule]) => ({ path: `src/${folder}/has-${name}.ts`, text: text as string, rule: rule as string })),
);

const otherBreaks: Planted[] = [
  ["src/routing/deep/er/layer.ts", `export { thing } from "../../../http/thing.ts";`, IMPORTS],
  ["src/shared/type.ts", `import type { Thing } from "../http/thing.ts";\nexport type It = Thing;`, IMPORTS],
  ["src/http/later.ts", `export const later = (): unknown => import("../gateway/thing.ts");`, IMPORTS],
  ["src/http/type-later.ts", `export type It = import("../gateway/thing.ts").Thing;`, "consistent-type-imports"],
  ["src/config/policy.ts", `export { policy } from "../policies/cors/policy.ts";`, IMPORTS],
  ["src/config/processes.ts", `export { run } from "../processes/supervisor.ts";`, IMPORTS],
  ["src/policies/cors/other.ts", `export { policy } from "../cache/policy.ts";`, IMPORTS],
  ["src/policies/cors/lib/other.ts", `export { policy } from "../../cache/policy.ts";`, IMPORTS],
  ["src/policies/cors/http.ts", `export { thing } from "../../http/thing.ts";`, IMPORTS],
  ["src/lab/simulate/http.ts", `export { thing } from "../../http/thing.ts";`, IMPORTS],
  ["src/lab/simulate/gateway.ts", `export { thing } from "../../gateway/thing.ts";`, IMPORTS],
  ["src/lab/simulate/live.ts", `export { thing } from "../live/thing.ts";`, IMPORTS],
  ["src/lab/simulate/socket.ts", `export { connect } from "node:net";`, IMPORTS],
  ["src/http/proxy.ts", `export { default as proxy } from "http-proxy";`, IMPORTS],
  ["src/gateway/proxy.ts", `export { default as proxy } from "http-proxy";`, IMPORTS],
  [HTTP_PROXY_FILE, `export { thing } from "../../gateway/thing.ts";`, IMPORTS],
  ["src/api.ts", `export { main } from "./cli/main.ts";`, IMPORTS],
  ["src/http/prints.ts", `export const say = (): void => console.log("x");`, "no-console"],
  ["src/http/stdout.ts", `export const say = (): boolean => process.stdout.write("x");`, "no-restricted-properties"],
  ["src/gateway/exits.ts", "export const stop = (): never => process.exit(1);", "no-restricted-properties"],
  ["src/http/clock.ts", "export const at = (): number => Date.now();", "no-restricted-properties"],
  ["src/cli/clock.ts", "export const at = (): number => performance.now();", "no-restricted-properties"],
  ["src/upstream/random.ts", "export const draw = (): number => Math.random();", "no-restricted-properties"],
  ["src/http/unprefixed.ts", `export { connect } from "net";`, "prefer-node-protocol"],
  ["src/http/default.ts", "export default function thing(): void {}", "no-default-export"],
  ["src/http/camelCase.ts", "export const thing = 1;", "filename-case"],
  [
    "src/http/long-file.ts",
    Array.from({ length: 301 }, (_, i) => `export const line${i} = ${i};`).join("\n"),
    "max-lines",
  ],
  [
    "src/http/long-function.ts",
    `export function long(): number[] {\n  return [\n${"    1,\n".repeat(60)}  ];\n}`,
    "max-lines-per-function",
  ],
  ["src/http/cycle-a.ts", `import { b } from "./cycle-b.ts";\nexport const a = (): unknown => b;`, "no-cycle"],
  ["src/http/cycle-b.ts", `import { a } from "./cycle-a.ts";\nexport const b = (): unknown => a;`, "no-cycle"],
  [
    "src/http/floating.ts",
    "const late = async (): Promise<void> => {};\nexport const go = (): void => {\n  late();\n};",
    "no-floating-promises",
  ],
  [
    "src/http/needless.ts",
    "// oxlint-disable-next-line no-console -- a reason\nexport const thing = 1;",
    "Unused oxlint-disable",
  ],
].map(([path, text, rule]) => ({ path: path as string, text: text as string, rule: rule as string }));

const planted: readonly Planted[] = [...layerBreaks, ...pureBreaks, ...otherBreaks];

/** What the rules must leave alone. */
const allowed: readonly (readonly [string, string])[] = [
  [
    "src/cli/all.ts",
    FOLDERS.filter((f) => f !== "cli" && !ISLANDS.includes(f))
      .map((f) => `export * from "../${f}/thing.ts";`)
      .join("\n"),
  ],
  ["src/balancing/zod.ts", `import { z } from "zod";\nexport const schema = z.string();`],
  [
    "src/config/schemas.ts",
    `export { corsSchema } from "../policies/cors/schema.ts";\nexport { run } from "../processes/schema.ts";`,
  ],
  ["src/policies/cors/own.ts", `export { schema } from "./schema.ts";\nexport { sized } from "../../shared/size.ts";`],
  [
    "src/lab/simulate/report.ts",
    `export { model } from "../report/model.ts";\nexport { pick } from "../../balancing/index.ts";`,
  ],
  ["src/lab/report/http/nested.ts", `export { model } from "../model.ts";`],
];

let folder = "";
let complaints: readonly string[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gatewayctl-planted-"));
  for (const { path, text } of planted) writeFiles(folder, { [path]: `${text}\n` });
  for (const [path, text] of allowed) writeFiles(folder, { [path]: `${text}\n` });
  for (const file of [".oxlintrc.json", "tsconfig.json"]) cpSync(join(ROOT, file), join(folder, file));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  complaints = lint(folder);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What oxlint says of a folder, one line each: `path:line:column: what [Error/plugin(rule)]`. */
function lint(where: string): string[] {
  const run = spawnSync(join(ROOT, "node_modules/.bin/oxlint"), ["--format=unix", "src"], {
    cwd: where,
    encoding: "utf8",
  });
  expect(run.stderr).toBe("");
  return run.stdout.split("\n");
}

describe("the lint rules", () => {
  it.each(planted)("find $rule in $path", ({ path, rule }) => {
    expect(complaints.filter((line) => line.startsWith(`${path}:`)).join("\n")).toContain(rule);
  });

  it.each(allowed.map(([path]) => path))("have nothing against %s", (path) => {
    const named = ["no-restricted", "no-console", "no-cycle", "no-default-export"];
    const found = complaints.filter((line) => line.startsWith(`${path}:`) && named.some((rule) => line.includes(rule)));
    expect(found).toEqual([]);
  });

  it("are those that the layer table makes", () => {
    const run = spawnSync(process.execPath, [".ci/generate.mjs", "--check", ".oxlintrc.json"], {
      cwd: ROOT,
      encoding: "utf8",
    });
    expect(run.stdout + run.stderr).toBe("");
  });
});

describe("the tree", () => {
  const files = filesBelow("src");

  it("has only folders that the layer table knows", () => {
    const folders = new Set(files.filter((path) => path.split("/").length > 2).map((path) => path.split("/")[1]));
    expect([...folders].filter((name) => !FOLDERS.includes(name as string))).toEqual([]);
  });

  it("has no folder inside a layer that bears the name of one it must not import, so that the rules can go by names", () => {
    const inner = files.filter((path) => {
      const [, layer = "", ...rest] = path.split("/");
      return rest.slice(0, -1).some((name) => forbiddenTo(layer).includes(name));
    });
    expect(inner).toEqual([]);
  });

  it("gives a reason for every rule that it switches off", () => {
    const places = [...files, ...filesBelow("test")].flatMap((path) =>
      [...textOf(path).matchAll(/^\s*(?:\/\/|\/\*) *(?:oxlint|eslint)-disable.*$/gm)].map(
        (match) => `${path}: ${match[0].trim()}`,
      ),
    );
    expect(places.filter((place) => !/ -- \S/.test(place))).toEqual([]);
  });

  it("imports http-proxy in one file", () => {
    const importers = files.filter((path) => /from "http-proxy"|import\("http-proxy"\)/.test(textOf(path)));
    expect(importers.filter((path) => path !== HTTP_PROXY_FILE)).toEqual([]);
  });

  it("reaches no policy's code from config, however far the imports lead", () => {
    const { files: reached } = closureOf(filesBelow("src/config"));
    expect([...reached].filter((path) => path.endsWith("/policy.ts"))).toEqual([]);
  });

  it("reaches no socket from a simulation, however far the imports lead", () => {
    const { files: reached, packages } = closureOf(filesBelow("src/lab/simulate"));
    expect([...reached].filter((path) => /^src\/(?:http|gateway|stream|admin)\//.test(path))).toEqual([]);
    expect([...packages.keys()].filter((name) => /^node:(?:net|http|https|http2|tls|dgram)$/.test(name))).toEqual([]);
  });

  it("reaches nothing impure from a pure layer, however far the imports lead", () => {
    const { packages } = closureOf(PURE.flatMap((name) => filesBelow(`src/${name}`)));
    expect([...packages.keys()].filter((name) => !PURE_PACKAGES.includes(name))).toEqual([]);
  });

  it("loads little for `gatewayctl --help`: commander, and Node's own modules", () => {
    const commands = filesBelow("src/cli/commands").filter((path) => path.split("/").length === 4);
    const { packages } = closureOf(["src/cli/run-process.ts", ...commands]);
    const heavy = [...packages].filter(([name]) => name !== "commander" && !name.startsWith("node:"));
    expect(heavy).toEqual([]);
  });
});
