import { Argument, Command as Commander, Option } from "commander";
import { nearest } from "../shared/nearest.ts";
import type { ArgumentSpec, Command, OptionSpec } from "./command.ts";
import type { LoadedCommand } from "./commands.ts";
import { UsageError } from "./usage-error.ts";

/** What the command line asks for: a command, and the values of its arguments and flags by camelCase name. */
export interface Invocation {
  readonly command: Command;
  readonly values: Record<string, unknown>;
  readonly quiet: boolean;
}

const QUIET_FLAGS = "-q, --quiet";
const QUIET_SUMMARY = "print data and errors only";

/**
 * Commander's program for some of the commands; all of them where help is to list them. It prints nothing by itself
 * and never exits: help and errors leave it as a `CommanderError`, and a command that is asked for goes to `invoke`.
 */
export function buildProgram(
  version: string,
  commands: readonly LoadedCommand[],
  invoke: (invocation: Invocation) => void,
): Commander {
  const program = new Commander("gatewayctl")
    .usage("COMMAND [options]")
    .description("An API gateway and a load balancer for the services on your own machine, that can say why.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "show this help, or a command's")
    .helpCommand(false)
    .option(QUIET_FLAGS, QUIET_SUMMARY)
    .exitOverride()
    .showSuggestionAfterError(false);
  for (const { group, command } of commands) addCommand(program, group, command, invoke);
  return program;
}

function addCommand(
  program: Commander,
  group: string,
  command: Command,
  invoke: (invocation: Invocation) => void,
): void {
  const sub = program
    .command(command.name)
    .summary(command.summary)
    .description(command.description ?? `${command.summary}.`)
    .helpGroup(`${group}:`)
    .allowExcessArguments(false);
  for (const spec of command.args ?? []) sub.addArgument(argumentOf(spec));
  for (const spec of command.options ?? []) sub.addOption(optionOf(spec));
  sub.option(QUIET_FLAGS, QUIET_SUMMARY);
  sub.action(() => {
    const { quiet, ...options } = sub.opts<Record<string, unknown>>();
    const values: Record<string, unknown> = { ...options };
    for (const [i, spec] of (command.args ?? []).entries()) values[spec.name] = sub.processedArgs[i];
    invoke({ command, values, quiet: quiet === true || program.opts()["quiet"] === true });
  });
}

function argumentOf(spec: ArgumentSpec): Argument {
  const name = spec.name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`) + (spec.variadic ? "..." : "");
  const argument = new Argument(spec.required ? `<${name}>` : `[${name}]`, spec.summary);
  const { choices } = spec;
  if (choices === undefined) return argument;
  argument.argParser<unknown>((text, previous) => {
    const value = oneOf(spec.name, text, choices);
    return spec.variadic ? [...asList(previous), value] : value;
  });
  argument.argChoices = [...choices];
  return argument;
}

function optionOf(spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.summary);
  if (spec.default !== undefined) option.default(spec.default);
  const parse = parserOf(option.long ?? spec.flags, spec);
  if (spec.repeat) option.argParser<unknown>((text, previous) => [...asList(previous), parse(text)]);
  else if (spec.parse || spec.choices) option.argParser<unknown>(parse);
  if (spec.choices) option.argChoices = [...spec.choices];
  return option;
}

/** The option's own parser decides alone where there is one; its choices then only serve help and completion. */
function parserOf(flag: string, spec: OptionSpec): (text: string) => unknown {
  if (spec.parse) return spec.parse;
  const { choices } = spec;
  return choices ? (text) => oneOf(flag, text, choices) : (text) => text;
}

function oneOf(what: string, text: string, choices: readonly string[]): string {
  if (choices.includes(text)) return text;
  const near = nearest(text, choices);
  const guess = near === undefined ? "" : ` Did you mean "${near}"?`;
  throw new UsageError(`"${text}" is not a value of ${what}, which takes one of ${choices.join(", ")}.${guess}`);
}

function asList(previous: unknown): unknown[] {
  return Array.isArray(previous) ? (previous as unknown[]) : [];
}
