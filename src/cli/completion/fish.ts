import { type CommandGrammar, type FlagGrammar, ROOT_FLAGS } from "./grammar.ts";

/** A completion script for fish: one `complete` line for each thing that can be offered. */
export function fishScript(commands: readonly CommandGrammar[]): string {
  const lines = [
    "# fish completion for gatewayctl. To use it: gatewayctl completion fish | source",
    "complete -c gatewayctl -f",
    ...ROOT_FLAGS.map((flag) => flagLine("__fish_use_subcommand", flag)),
    ...commands.map(
      ({ name, summary }) => `complete -c gatewayctl -n __fish_use_subcommand -a ${name} -d ${quote(summary)}`,
    ),
    ...commands.flatMap(commandLines),
  ];
  return `${lines.join("\n")}\n`;
}

function commandLines({ name, flags, args }: CommandGrammar): string[] {
  const seen = `__fish_seen_subcommand_from ${name}`;
  const values = args.flatMap((arg) => arg.values);
  return [
    ...flags.map((flag) => flagLine(seen, flag)),
    ...(values.length > 0 ? [`complete -c gatewayctl -n ${quote(seen)} -a ${quote(values.join(" "))}`] : []),
    ...(args.some((arg) => arg.files) ? [`complete -c gatewayctl -n ${quote(seen)} -F`] : []),
  ];
}

function flagLine(condition: string, flag: FlagGrammar): string {
  const names = flag.names.map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const requires = flag.takesValue ? (flag.files ? " -r -F" : " -x") : "";
  const values = flag.values.length > 0 ? ` -a ${quote(flag.values.join(" "))}` : "";
  return `complete -c gatewayctl -n ${quote(condition)} ${names.join(" ")}${requires}${values} -d ${quote(flag.summary)}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
