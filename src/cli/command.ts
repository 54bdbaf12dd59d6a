import type { CommandContext } from "./context.ts";

/** A positional argument. `variadic` takes all that are left, as a list. */
export interface ArgumentSpec {
  /** In camelCase: the key it has in what `run` is given. */
  readonly name: string;
  readonly summary: string;
  readonly required?: boolean;
  readonly variadic?: boolean;
  /** What completion offers. */
  readonly choices?: readonly string[];
}

/** A flag. `run` is given it in camelCase: `--no-watch` as `watch: false`, `--html FILE` as `html: "FILE"`. */
export interface OptionSpec {
  /** As commander writes it: "-H, --header <line>", "--json", "--no-watch". */
  readonly flags: string;
  readonly summary: string;
  readonly default?: string | number | boolean;
  /** May be given several times; `run` gets a list. */
  readonly repeat?: boolean;
  readonly choices?: readonly string[];
  /** Turns the text into a value; throws `UsageError` (exit 64) with a sentence for the user. */
  readonly parse?: (text: string) => unknown;
}

/** One command of the command line: the table that commander, completion and the README's list are made from. */
export interface Command<Args = Record<string, unknown>> {
  readonly name: string;
  /** One line, in the imperative, without a full stop. */
  readonly summary: string;
  /** More, where one line is not enough. */
  readonly description?: string;
  readonly args?: readonly ArgumentSpec[];
  readonly options?: readonly OptionSpec[];
  /** Whole command lines with what they show. */
  readonly examples?: readonly { readonly command: string; readonly shows: string }[];
  /** Does the work and returns the exit code. Heavy libraries are imported inside. */
  run(ctx: CommandContext, args: Args): Promise<number> | number;
}

/** Keeps the command's own argument type while it is written, and erases it for the table. */
export function defineCommand<Args>(command: Command<Args>): Command {
  return command as unknown as Command;
}
