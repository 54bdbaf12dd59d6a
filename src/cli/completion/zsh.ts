import { type CommandGrammar, type FlagGrammar, ROOT_FLAGS } from "./grammar.ts";

/** A completion script for zsh, over its own `_arguments` and `_describe`. */
export function zshScript(commands: readonly CommandGrammar[]): string {
  return `#compdef gatewayctl
# zsh completion for gatewayctl. To use it: source <(gatewayctl completion zsh), after compinit.
_gatewayctl() {
  local context state state_descr line
  typeset -A opt_args
  _arguments -C \\
${ROOT_FLAGS.flatMap(flagSpecs).map(continued).join("")}    '1: :->command' \\
    '*:: :->rest'
  case $state in
    command)
      local -a names
      names=(
${commands.map(({ name, summary }) => `        ${quote(`${name}:${summary}`)}\n`).join("")}      )
      _describe command names
      ;;
    rest)
      case $line[1] in
${commands.map(commandCase).join("")}      esac
      ;;
  esac
}
# When it is sourced it names itself; when it is autoloaded from $fpath, zsh calls it.
if [[ $funcstack[1] == _gatewayctl ]]; then _gatewayctl "$@"; else compdef _gatewayctl gatewayctl; fi
`;
}

function commandCase({ name, flags, args }: CommandGrammar): string {
  const positions = args.map((arg, i) => quote(`${i + 1}: :${action(arg)}`));
  const specs = [...flags.flatMap(flagSpecs), ...positions];
  return `        ${name})
          _arguments \\
${specs.map((spec, i) => `            ${spec}${i < specs.length - 1 ? " \\" : ""}\n`).join("")}          ;;
`;
}

/** One spec for each name: `'--algo[summary]: :(a b)'`. */
function flagSpecs(flag: FlagGrammar): string[] {
  const value = flag.takesValue ? `: :${action(flag)}` : "";
  return flag.names.map((name) => quote(`*${name}[${escapeSummary(flag.summary)}]${value}`));
}

function action({ values, files }: { values: readonly string[]; files: boolean }): string {
  if (values.length > 0) return `(${values.join(" ")})`;
  return files ? "_files" : " ";
}

function escapeSummary(summary: string): string {
  return summary.replace(/[[\]:\\]/g, (character) => `\\${character}`);
}

function continued(spec: string): string {
  return `    ${spec} \\\n`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
