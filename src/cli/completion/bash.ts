import { type CommandGrammar, type FlagGrammar, ROOT_FLAGS } from "./grammar.ts";

/**
 * A completion script for bash 3.2 and later; it needs no bash-completion package. Words are cut by bash at
 * COMP_WORDBREAKS ("=" and ":" among them), so a flag's value is looked for after "=" too.
 */
export function bashScript(commands: readonly CommandGrammar[]): string {
  return `# bash completion for gatewayctl. To use it: source <(gatewayctl completion bash)
_gatewayctl() {
  local current previous command word index value= words= files=
  current=\${COMP_WORDS[COMP_CWORD]}
  previous=\${COMP_WORDS[COMP_CWORD - 1]}
  [[ $current == "=" ]] && current=
  [[ $previous == "=" ]] && previous=\${COMP_WORDS[COMP_CWORD - 2]}
  command= index=0
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [[ -n $value && $word != "=" ]]; then value=; continue; fi
    case "$word" in
      =) value=1 ;;
      ${valueFlags(commands)}) value=1 ;;
      -*) ;;
      *) if [[ -z $command ]]; then command=$word; else index=$((index + 1)); fi ;;
    esac
  done
  case "$command" in
    "")
      words=${quote([...commands.map(({ name }) => name), ...flagNames(ROOT_FLAGS)].join(" "))}
      ;;
${commands.map(commandCase).join("")}  esac
  COMPREPLY=()
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$words" -- "$current")
  if [[ -n $files ]]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$current")
  fi
}
complete -F _gatewayctl gatewayctl
`;
}

/** Flags whose next word is their value, and so no argument. A pattern of `case`; never empty. */
function valueFlags(commands: readonly CommandGrammar[]): string {
  const flags = commands.flatMap((command) => command.flags).filter(({ takesValue }) => takesValue);
  return [...new Set(flagNames(flags))].join("|") || "--";
}

function commandCase({ name, flags, args }: CommandGrammar): string {
  const values = flags.filter(({ takesValue }) => takesValue);
  const positions = args.flatMap((arg, i) => (arg.values.length > 0 || arg.files ? [{ ...arg, i }] : []));
  return `    ${name})
      case "$previous" in
${values.map((flag) => `        ${flag.names.join("|")}) ${offer(flag)} ;;\n`).join("")}        *)
          if [[ $current == -* ]]; then words=${quote(flagNames(flags).join(" "))}
          else case "$index" in
${positions.map((arg) => `            ${arg.i}) ${offer(arg)} ;;\n`).join("")}            *) words=${quote(flagNames(flags).join(" "))} ;;
          esac; fi
          ;;
      esac
      ;;
`;
}

function offer({ values, files }: { values: readonly string[]; files: boolean }): string {
  return `words=${quote(values.join(" "))}${files ? " files=1" : ""}`;
}

function flagNames(flags: readonly FlagGrammar[]): string[] {
  return flags.flatMap(({ names }) => names);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
