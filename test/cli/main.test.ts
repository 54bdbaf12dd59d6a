import { describe, expect, it } from "vitest";
import { defineCommand } from "../../src/cli/command.ts";
import { COMMANDS, type CommandRow, loadCommands } from "../../src/cli/commands.ts";
import { main } from "../../src/cli/main.ts";
import { packageVersion } from "../../src/cli/version.ts";
import { GatewayError } from "../../src/shared/errors/gateway-error.ts";
import { UsageError } from "../../src/cli/usage-error.ts";
import { createFakeContext, runCli } from "../helpers/context.ts";

/** A table of one command that hands what it was given to `seen`. */
function tableOf(seen: (values: unknown, quiet: boolean) => void, loads: string[] = []): CommandRow[] {
  const probe = defineCommand<Record<string, unknown>>({
    name: "probe",
    summary: "Look at something",
    args: [
      { name: "serviceName", summary: "which", required: true },
      { name: "rest", summary: "more", variadic: true },
    ],
    options: [
      { flags: "--json", summary: "print JSON" },
      { flags: "--no-watch", summary: "do not watch" },
      { flags: "-H, --header <line>", summary: "a header", repeat: true },
      { flags: "--count <n>", summary: "how many", default: 1, parse: count },
      { flags: "--color <name>", summary: "which colour", choices: ["red", "green"] },
    ],
    examples: [{ command: "gatewayctl probe users", shows: "what it knows of users" }],
    run: (ctx, values) => {
      seen(values, ctx.quiet);
      ctx.stdout.write("data\n");
      ctx.stderr.write("prose\n");
      return 2;
    },
  });
  const fails = (name: string, error: Error) =>
    defineCommand({ name, summary: "Fail", run: () => Promise.reject(error) });
  return [
    { name: "probe", group: "Ask", load: async () => (loads.push("probe"), probe) },
    {
      name: "fails",
      group: "Run",
      load: async () => (
        loads.push("fails"), fails("fails", new GatewayError("GW0010", "Port 8080 is taken by nginx."))
      ),
    },
    { name: "breaks", group: "Run", load: async () => fails("breaks", new TypeError("x is not a function")) },
  ];
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value)) throw new UsageError(`--count takes a whole number, not "${text}".`);
  return value;
}

async function run(argv: string[], options: Parameters<typeof createFakeContext>[0] = {}) {
  const fake = createFakeContext(options);
  const calls: { values: unknown; quiet: boolean }[] = [];
  const loads: string[] = [];
  const table = tableOf((values, quiet) => calls.push({ values, quiet }), loads);
  const exitCode = await main(argv, fake.ctx, table);
  return { exitCode, stdout: fake.stdout(), stderr: fake.stderr(), calls, loads };
}

describe("a command's arguments and flags", () => {
  it("arrive by their camelCase names, with defaults, and the exit code is the command's", async () => {
    const { exitCode, calls } = await run(["probe", "users"]);
    expect(exitCode).toBe(2);
    expect(calls).toEqual([{ values: { serviceName: "users", rest: [], watch: true, count: 1 }, quiet: false }]);
  });

  it("may be given in any order, repeated, negated and parsed", async () => {
    const argv = ["probe", "--no-watch", "users", "a", "-H", "x: 1", "b", "--header=y: 2", "--count", "7", "--json"];
    const { calls } = await run(argv);
    expect(calls[0]?.values).toEqual({
      serviceName: "users",
      rest: ["a", "b"],
      watch: false,
      header: ["x: 1", "y: 2"],
      count: 7,
      json: true,
    });
  });

  it("keep repeated flags apart from one run to the next", async () => {
    await run(["probe", "users", "-H", "x: 1"]);
    const { calls } = await run(["probe", "users", "-H", "y: 2"]);
    expect(calls[0]?.values).toMatchObject({ header: ["y: 2"] });
  });

  it.each([
    ["-q", "probe", "users"],
    ["probe", "users", "--quiet"],
  ])("are quiet with %s %s %s", async (...argv) => {
    const { stdout, stderr, calls } = await run(argv);
    expect({ stdout, stderr, quiet: calls[0]?.quiet }).toEqual({ stdout: "data\n", stderr: "", quiet: true });
  });

  it("are read from one command's file alone", async () => {
    const { loads } = await run(["probe", "users"]);
    expect(loads).toEqual(["probe"]);
  });
});

describe("a wrong command line", () => {
  it.each([
    [["prob"], "GW0001", 'There is no command "prob". Did you mean "probe"?'],
    [["zzzzzz"], "GW0001", 'There is no command "zzzzzz".\n'],
    [["probe", "users", "--jsn"], "GW0001", `Unknown option '--jsn'. Did you mean "--json"?`],
    [["probe", "users", "--cuont=3"], "GW0001", 'Did you mean "--count"?'],
    [["--versoin"], "GW0001", 'Did you mean "--version"?'],
    [
      ["probe"],
      "GW0002",
      "Missing required argument 'service-name'. It is called as: gatewayctl probe SERVICE-NAME [REST]",
    ],
    [["probe", "users", "--count", "x"], "GW0002", '--count takes a whole number, not "x".'],
    [["probe", "users", "--color", "geen"], "GW0002", 'takes one of red, green. Did you mean "green"?'],
    [["fails", "unasked"], "GW0002", "Too many arguments"],
  ])("%j exits 64 with %s", async (argv, code, message) => {
    const { exitCode, stdout, stderr } = await run(argv);
    expect(exitCode).toBe(64);
    expect(stdout).toBe("");
    expect(stderr.startsWith(`error ${code}  `)).toBe(true);
    expect(stderr).toContain(message);
    expect(stderr.split("error GW")).toHaveLength(2);
  });
});

describe("a command that fails", () => {
  it("is told once, with the code, what to do and where to read more, and exits as the table says", async () => {
    const { exitCode, stderr } = await run(["fails"]);
    expect(exitCode).toBe(69);
    expect(stderr).toMatch(/^error GW0010 {2}Port 8080 is taken by nginx\.\n {2}Another process/);
    expect(stderr).toContain("gatewayctl explain GW0010");
  });

  it("is told under --quiet too", async () => {
    expect((await run(["--quiet", "fails"])).stderr).toContain("error GW0010");
  });

  it("without a code is a bug: GW0099, with its stack only for who asks", async () => {
    const plain = await run(["breaks"]);
    expect(plain.exitCode).toBe(1);
    expect(plain.stderr).toContain("error GW0099  x is not a function");
    expect(plain.stderr).not.toContain("main.test.ts");
    const debug = await run(["breaks"], { env: { GATEWAYCTL_DEBUG: "1" } });
    expect(debug.stderr).toContain("main.test.ts");
  });
});

describe("help", () => {
  it.each([[[]], [["--help"]], [["-h"]], [["help"]], [["-q"]]])(
    "%j lists all commands by group and exits 0",
    async (argv) => {
      const { exitCode, stdout, stderr } = await run(argv);
      expect(exitCode).toBe(0);
      expect(stderr).toBe("");
      expect(stdout).toMatch(/Run:\n {2}fails .*\n {2}breaks .*\n\nAsk:\n {2}probe +Look at something\n/);
      expect(stdout).toContain("gatewayctl up --demo");
    },
  );

  it.each([[["probe", "--help"]], [["help", "probe"]]])(
    "%j shows the command's arguments, flags and examples",
    async (argv) => {
      const { exitCode, stdout } = await run(argv);
      expect(exitCode).toBe(0);
      expect(stdout).toContain("gatewayctl probe [options] <service-name> [rest...]");
      expect(stdout).toMatch(/--color <name> +which colour \(choices: "red", "green"\)/);
      expect(stdout).toContain("gatewayctl probe users  what it knows of users");
    },
  );

  it("has no ANSI codes but where colours are taken", async () => {
    const escape = String.fromCharCode(27);
    expect((await run(["--help"])).stdout).not.toContain(escape);
    expect((await run(["--help"], { color: true })).stdout).toContain(escape);
  });
});

describe("the command table", () => {
  it("prints the package's version", async () => {
    const { exitCode, stdout } = await runCli(["--version"]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `${packageVersion()}\n` });
  });

  it("names each command as the command names itself, once", async () => {
    const loaded = await loadCommands();
    expect(loaded.map(({ command }) => command.name)).toEqual(COMMANDS.map((row) => row.name));
    expect(new Set(COMMANDS.map((row) => row.name)).size).toBe(COMMANDS.length);
  });

  it("has summaries of one line without a full stop", async () => {
    for (const { command } of await loadCommands()) {
      expect(command.summary, command.name).toMatch(/^[A-Z][^\n]{9,80}[^.\n]$/);
    }
  });

  it("gives every command that shows data the flag --json", async () => {
    // What the others write is a script, a schema, new files or the log of a running gateway.
    const without = ["completion", "schema", "up"];
    const commands = (await loadCommands()).map(({ command }) => command);
    const json = commands.filter((command) => command.options?.some(({ flags }) => flags === "--json"));
    expect(json.map(({ name }) => name)).toEqual(
      commands.map(({ name }) => name).filter((name) => !without.includes(name)),
    );
  });

  it("gives help for every command", async () => {
    for (const { name } of COMMANDS) {
      const { exitCode, stdout } = await runCli([name, "--help"]);
      expect(exitCode, name).toBe(0);
      expect(stdout, name).toContain(`gatewayctl ${name}`);
    }
  });
});
