import { type Command as Commander, CommanderError } from "commander";
import { EXIT } from "../shared/errors/entry.ts";
import { GatewayError } from "../shared/errors/gateway-error.ts";
import { nearest } from "../shared/nearest.ts";
import { COMMANDS, type CommandRow, type LoadedCommand, loadCommands } from "./commands.ts";
import type { CommandContext, TextSink } from "./context.ts";
import { dressHelp } from "./help.ts";
import { buildProgram, type Invocation } from "./program.ts";
import { packageVersion } from "./version.ts";

/**
 * Runs one command line (`argv` without node and script) and returns the exit code. Never throws: whatever fails is
 * written once to stderr, with a code that `gatewayctl explain` knows.
 */
export async function main(
  argv: readonly string[],
  ctx: CommandContext,
  table: readonly CommandRow[] = COMMANDS,
): Promise<number> {
  try {
    const invocation = await parse(argv, ctx, table);
    if (invocation === undefined) return EXIT.ok;
    return await invocation.command.run(contextFor(invocation, ctx), invocation.values);
  } catch (error) {
    // Read only now: most command lines fail at nothing, and help must not wait for chalk.
    const { exitCodeOf, writeError } = await import("./ui/errors.ts");
    writeError(ctx.stderr, error, ctx.env["GATEWAYCTL_DEBUG"] === "1");
    return exitCodeOf(error);
  }
}

/** What is asked for, or `undefined` if it was help or the version, which are then already written. */
async function parse(
  argv: readonly string[],
  ctx: CommandContext,
  table: readonly CommandRow[],
): Promise<Invocation | undefined> {
  const words = helpWords(argv);
  const commands = await loadCommands(rowsFor(words, table));
  let invocation: Invocation | undefined;
  const program = buildProgram(packageVersion(), commands, (asked) => {
    invocation = asked;
  });
  await prepareOutput(program, commands, ctx);
  try {
    program.parse(words, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return undefined;
    throw error instanceof CommanderError ? asUsageError(error, program, words) : error;
  }
  return invocation;
}

/** `gatewayctl`, `gatewayctl help` and `gatewayctl help up` are other ways to write --help. */
function helpWords(argv: readonly string[]): string[] {
  if (argv.every((word) => word === "-q" || word === "--quiet")) return ["--help"];
  return argv[0] === "help" ? [...argv.slice(1), "--help"] : [...argv];
}

/** The named command alone, or all where none is named: then help or the version is wanted. */
function rowsFor(words: readonly string[], table: readonly CommandRow[]): readonly CommandRow[] {
  const name = commandName(words);
  if (name === undefined) return words.some((word) => word === "-V" || word === "--version") ? [] : table;
  const row = table.find((candidate) => candidate.name === name);
  if (row) return [row];
  const near = nearest(
    name,
    table.map((candidate) => candidate.name),
  );
  throw new GatewayError("GW0001", withGuess(`There is no command "${name}".`, near));
}

function commandName(words: readonly string[]): string | undefined {
  return words.find((word) => !word.startsWith("-"));
}

async function prepareOutput(
  program: Commander,
  commands: readonly LoadedCommand[],
  ctx: CommandContext,
): Promise<void> {
  const style = ctx.stdout.color ? (await import("./ui/style.ts")).createStyle(ctx.stdout) : undefined;
  dressHelp(program, commands, ctx.stdout.columns, style);
  for (const command of [program, ...program.commands]) {
    command.configureOutput({
      writeOut: (text) => ctx.stdout.write(text),
      // Errors are thrown, mapped to a code, and written by `main`.
      writeErr: () => {},
      getOutHasColors: () => ctx.stdout.color,
    });
  }
}

function asUsageError(error: CommanderError, program: Commander, words: readonly string[]): GatewayError {
  const message = error.message.replace(/^error: /, "");
  const sentence = `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
  const sub = program.commands.find((command) => command.name() === commandName(words));
  if (error.code !== "commander.unknownOption") {
    const usage = error.code === "commander.missingArgument" && sub ? ` ${howToCall(sub)}` : "";
    return new GatewayError("GW0002", `${sentence}${usage}`, { cause: error });
  }
  const flag = /'([^'=]+)/.exec(message)?.[1] ?? "";
  const known = [program, ...(sub ? [sub] : [])].flatMap((command) =>
    command
      .createHelp()
      .visibleOptions(command)
      .flatMap((option) => option.long ?? []),
  );
  return new GatewayError("GW0001", withGuess(sentence, nearest(flag, known)), { cause: error });
}

/** "It is called as: gatewayctl completion bash|zsh|fish" */
function howToCall(sub: Commander): string {
  const words = sub.registeredArguments.map((argument) => {
    const name = argument.argChoices?.join("|") ?? argument.name().toUpperCase();
    return argument.required ? name : `[${name}]`;
  });
  return `It is called as: gatewayctl ${[sub.name(), ...words].join(" ")}`;
}

function withGuess(sentence: string, guess: string | undefined): string {
  return guess === undefined ? sentence : `${sentence} Did you mean "${guess}"?`;
}

function contextFor(invocation: Invocation, ctx: CommandContext): CommandContext {
  if (!invocation.quiet) return ctx;
  const silent: TextSink = { ...ctx.stderr, columns: ctx.stderr.columns, write: () => {} };
  return { ...ctx, quiet: true, stderr: silent };
}
