import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageVersion } from "../../src/cli/version.ts";
import { ROOT } from "../helpers/imports.ts";

let folder = "";
let packed: readonly string[] = [];

/** The tarball that would be published, installed into an empty folder as a user installs it. dist/ is already built. */
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "gatewayctl-package-")));
  const pack = run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], ROOT);
  expect(pack.status, pack.stderr).toBe(0);
  const report = JSON.parse(pack.stdout) as { files: { path: string }[] }[];
  packed = report[0]?.files.map((file) => file.path) ?? [];
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz")) as string;
  // Without one, npm would look for a project in the folders above, and install there.
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  const install = run("npm", ["install", `./${tarball}`, "--prefer-offline", "--no-audit", "--no-fund"], folder);
  expect(install.status, install.stderr).toBe(0);
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

function run(command: string, args: readonly string[], cwd: string): SpawnSyncReturns<string> {
  // npm hands its own settings on to what it starts; a user's shell has none of them.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:npm_|FORCE_COLOR|NODE_ENV|VITEST)/.test(name)),
  );
  return spawnSync(command, args, { cwd, env, encoding: "utf8", timeout: 170_000 });
}

const npx = (...args: string[]) => run("npx", ["--no-install", "gatewayctl", ...args], folder);

describe("the package", () => {
  it("holds bin, dist, templates and the schema, and beside them only what npm adds", () => {
    const byNpm = new Set(["package.json", "README.md", "LICENSE"]);
    const rest = packed.filter((path) => !byNpm.has(path));
    expect(rest.filter((path) => !/^(?:bin|dist|templates)\//.test(path))).toEqual([]);
    expect(rest.filter((path) => path.startsWith("dist/") && !/\.(?:js|d\.ts)$/.test(path))).toEqual([
      "dist/config/gateway.schema.json",
    ]);
    expect(new Set(rest.map((path) => path.split("/")[0]))).toEqual(new Set(["bin", "dist", "templates"]));
    expect(packed.filter((path) => byNpm.has(path)).sort()).toEqual([...byNpm].sort());
  });

  it("runs nothing of its own when it is installed: no install script, and prepare is npm's for checkouts only", () => {
    const manifest = JSON.parse(readFileSync(join(folder, "node_modules/gatewayctl/package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    expect(Object.keys(manifest.scripts).filter((name) => /^(?:pre|post)?install$/.test(name))).toEqual([]);
  });

  it("tells its version through npx", () => {
    const { status, stdout } = npx("--version");
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${packageVersion()}\n` });
  });

  it("shows help through npx", () => {
    const { status, stdout, stderr } = npx("--help");
    expect({ status, stderr: stderr.replace(/^npm warn .*\n/gm, "") }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("gatewayctl up --demo");
  });

  it("scaffolds a config with its own templates, and finds nothing wrong with it", () => {
    const init = npx("init", "shop", "--yes");
    expect(init.status, init.stderr).toBe(0);
    const check = run("npx", ["--no-install", "gatewayctl", "check"], join(folder, "shop"));
    expect(check.status, check.stdout + check.stderr).toBe(0);
  });

  it("gives its schema and its public API under their names", () => {
    const script = `
      import schema from "gatewayctl/schema.json" with { type: "json" };
      import * as api from "gatewayctl";
      console.log(JSON.stringify([schema.type, Object.keys(api).sort()]));`;
    const { stdout, stderr } = run(process.execPath, ["--input-type=module", "-e", script], folder);
    expect(stdout, stderr).not.toBe("");
    expect(JSON.parse(stdout)).toEqual([
      "object",
      expect.arrayContaining(["createGateway", "defineConfig", "simulate"]),
    ]);
  });
});

describe("starting up", () => {
  /** By the clock or by the processor's time, whichever says less: what else the machine does is only in the former. */
  function msOf(args: readonly string[]): number {
    const report = `process.on("exit", () => console.error(JSON.stringify(process.cpuUsage())))`;
    const begun = performance.now();
    const { status, stderr } = run(process.execPath, ["--import", `data:text/javascript,${report}`, ...args], folder);
    const wall = performance.now() - begun;
    expect(status).toBe(0);
    const { user, system } = JSON.parse(stderr.trim().split("\n").at(-1) ?? "") as NodeJS.CpuUsage;
    return Math.min(wall, (user + system) / 1_000);
  }

  it("costs less than 100 ms over an empty node for --help", { timeout: 90_000 }, () => {
    const bin = join(folder, "node_modules/gatewayctl/bin/gatewayctl.js");
    let [ofHelp, ofNode] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    // By turns, and the least of each: whatever else the machine does only ever adds to a run.
    for (let round = 0; round < 5 || (ofHelp - ofNode >= 100 && round < 60); round++) {
      ofNode = Math.min(ofNode, msOf(["-e", "0"]));
      ofHelp = Math.min(ofHelp, msOf([bin, "--help"]));
    }
    expect(ofHelp - ofNode).toBeLessThan(100);
  });
});
