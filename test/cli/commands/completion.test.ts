import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { bashScript } from "../../../src/cli/completion/bash.ts";
import { fishScript } from "../../../src/cli/completion/fish.ts";
import { grammarOf } from "../../../src/cli/completion/grammar.ts";
import { zshScript } from "../../../src/cli/completion/zsh.ts";
import { defineCommand } from "../../../src/cli/command.ts";
import { COMMANDS } from "../../../src/cli/commands.ts";
import { runCli } from "../../helpers/context.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

const grammar = grammarOf([
  {
    group: "Measure",
    command: defineCommand({
      name: "bench",
      summary: "Compare it's [own] kind: of algorithms",
      options: [
        { flags: "--algo <names>", summary: "which", choices: ["maglev", "p2c"] },
        { flags: "--html <file>", summary: "where to" },
        { flags: "--json", summary: "print JSON" },
      ],
      run: () => 0,
    }),
  },
  {
    group: "Learn",
    command: defineCommand({
      name: "completion",
      summary: "Print a script",
      args: [{ name: "shell", summary: "which", choices: ["bash", "zsh", "fish"] }],
      run: () => 0,
    }),
  },
]);

/** What bash offers for the last word of a line, as COMP_WORDS and COMP_CWORD give it to the function. */
function offers(script: string, words: readonly string[], cwd = "/"): string[] {
  const quoted = words.map((word) => `'${word}'`).join(" ");
  const ask = `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _gatewayctl; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const run = spawnSync("bash", ["--norc", "-c", `${script}\n${ask}`], { encoding: "utf8", cwd });
  expect(run.stderr).toBe("");
  return run.stdout.split("\n").filter((line) => line !== "");
}

function hasShell(name: string): boolean {
  const there = spawnSync(name, ["--version"]).error === undefined;
  if (!there) console.log(`not checked with ${name} itself: ${name} is not installed`);
  return there;
}

describe("the bash script", () => {
  const script = bashScript(grammar);

  it("registers its function for gatewayctl when it is sourced", () => {
    const run = spawnSync("bash", ["--norc", "-c", `${script}\ncomplete -p gatewayctl`], { encoding: "utf8" });
    expect(run).toMatchObject({ status: 0, stdout: "complete -F _gatewayctl gatewayctl\n", stderr: "" });
  });

  it.each([
    [
      ["gatewayctl", ""],
      ["bench", "completion", "-q", "--quiet", "-h", "--help", "-V", "--version"],
    ],
    [["gatewayctl", "ben"], ["bench"]],
    [["gatewayctl", "-q", "com"], ["completion"]],
    [["gatewayctl", "bench", "--j"], ["--json"]],
    [
      ["gatewayctl", "bench", "--algo", ""],
      ["maglev", "p2c"],
    ],
    [["gatewayctl", "bench", "--algo", "=", "m"], ["maglev"]],
    [
      ["gatewayctl", "bench", "--algo", "="],
      ["maglev", "p2c"],
    ],
    [
      ["gatewayctl", "completion", ""],
      ["bash", "zsh", "fish"],
    ],
    [["gatewayctl", "completion", "--json", "z"], ["zsh"]],
    [["gatewayctl", "unknown", ""], []],
  ])("offers for %j: %j", (words, expected) => {
    expect(offers(script, words)).toEqual(expected);
  });

  it("does not take a flag's value for an argument", () => {
    const withBoth = bashScript(grammar.map((each) => ({ ...each, args: [{ values: ["first"], files: false }] })));
    expect(offers(withBoth, ["gatewayctl", "bench", "--algo", "p2c", "f"])).toEqual(["first"]);
    expect(offers(withBoth, ["gatewayctl", "bench", "--algo", "=", "p2c", "f"])).toEqual(["first"]);
    expect(offers(withBoth, ["gatewayctl", "bench", "other", "f"])).toEqual([]);
  });

  it("offers files where a file is wanted", () => {
    const cwd = tempDir({ "report one.html": "", "other.txt": "" });
    expect(offers(script, ["gatewayctl", "bench", "--html", "re"], cwd)).toEqual(["report one.html"]);
  });
});

describe("the zsh and fish scripts", () => {
  it("name every command, flag and value", () => {
    for (const script of [zshScript(grammar), fishScript(grammar)]) {
      for (const word of ["bench", "completion", "algo", "maglev p2c", "html", "json", "quiet", "bash zsh fish"]) {
        expect(script).toContain(word);
      }
    }
  });

  it("quote what their shell would read otherwise", () => {
    expect(zshScript(grammar)).toContain(String.raw`'bench:Compare it'\''s [own] kind: of algorithms'`);
    expect(fishScript(grammar)).toContain(String.raw`-d 'Compare it\'s [own] kind: of algorithms'`);
  });

  it.runIf(hasShell("zsh"))("zsh reads its script", () => {
    expect(spawnSync("zsh", ["-n"], { input: zshScript(grammar), encoding: "utf8" })).toMatchObject({
      status: 0,
      stderr: "",
    });
  });

  it.runIf(hasShell("fish"))("fish reads its script", () => {
    expect(spawnSync("fish", ["-n"], { input: fishScript(grammar), encoding: "utf8" })).toMatchObject({
      status: 0,
      stderr: "",
    });
  });
});

describe("gatewayctl completion", () => {
  it("writes a script of all commands for bash that bash runs", async () => {
    const { exitCode, stdout, stderr } = await runCli(["completion", "bash"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(offers(stdout, ["gatewayctl", ""])).toEqual(expect.arrayContaining(COMMANDS.map((row) => row.name)));
  });

  it.each(["zsh", "fish"])("writes one for %s", async (shell) => {
    const { exitCode, stdout } = await runCli(["completion", shell]);
    expect(exitCode).toBe(0);
    for (const { name } of COMMANDS) expect(stdout).toContain(name);
  });

  it("refuses a shell it does not know, with the nearest it does", async () => {
    const { exitCode, stderr } = await runCli(["completion", "zhs"]);
    expect(exitCode).toBe(64);
    expect(stderr).toContain('Did you mean "zsh"?');
  });
});
