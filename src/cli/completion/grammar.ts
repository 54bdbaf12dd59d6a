import type { ArgumentSpec, OptionSpec } from "../command.ts";
import type { LoadedCommand } from "../commands.ts";

/** A flag as a shell needs to know it. */
export interface FlagGrammar {
  /** "-H" and "--header", or only one of them. */
  readonly names: readonly string[];
  readonly summary: string;
  /** Whether a value follows, which of them are known, and whether they are files. */
  readonly takesValue: boolean;
  readonly values: readonly string[];
  readonly files: boolean;
}

export interface CommandGrammar {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly FlagGrammar[];
  /** The known values of each positional argument, in order. */
  readonly args: readonly ArgumentGrammar[];
}

export interface ArgumentGrammar {
  readonly values: readonly string[];
  readonly files: boolean;
}

/** Flags that stand before or after every command. */
export const COMMON_FLAGS: readonly FlagGrammar[] = [
  { names: ["-q", "--quiet"], summary: "print data and errors only", takesValue: false, values: [], files: false },
  { names: ["-h", "--help"], summary: "show help", takesValue: false, values: [], files: false },
];

/** Flags of `gatewayctl` itself. */
export const ROOT_FLAGS: readonly FlagGrammar[] = [
  ...COMMON_FLAGS,
  { names: ["-V", "--version"], summary: "print the version", takesValue: false, values: [], files: false },
];

/** The command line's grammar as the command table says it, for the writers of completion scripts. */
export function grammarOf(commands: readonly LoadedCommand[]): CommandGrammar[] {
  return commands.map(({ command }) => ({
    name: command.name,
    summary: command.summary,
    flags: [...(command.options ?? []).map(flagOf), ...COMMON_FLAGS],
    args: (command.args ?? []).map(argumentOf),
  }));
}

function flagOf(spec: OptionSpec): FlagGrammar {
  const names = spec.flags.match(/(?<![\w-])--?[A-Za-z][\w-]*/g) ?? [];
  const placeholder = /[<[]([^>\]]+)[>\]]/.exec(spec.flags)?.[1];
  return {
    names,
    summary: spec.summary,
    takesValue: placeholder !== undefined,
    values: spec.choices ?? [],
    files: placeholder !== undefined && namesFiles(placeholder),
  };
}

function argumentOf(spec: ArgumentSpec): ArgumentGrammar {
  return { values: spec.choices ?? [], files: namesFiles(spec.name) };
}

function namesFiles(placeholder: string): boolean {
  return /file|dir|path/i.test(placeholder);
}
