import { defineCommand } from "../command.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;

/** `gatewayctl completion SHELL`: a script, made from the command table, that completes commands, flags and values. */
export const completionCommand = defineCommand<{ readonly shell: (typeof SHELLS)[number] }>({
  name: "completion",
  summary: "Print a script that completes command lines in your shell",
  args: [{ name: "shell", summary: "the shell to write for", required: true, choices: SHELLS }],
  examples: [
    {
      command: "source <(gatewayctl completion bash)",
      shows: "completion in this shell; put it into ~/.bashrc to keep it",
    },
    { command: "source <(gatewayctl completion zsh)", shows: "the same for zsh, after compinit, in ~/.zshrc" },
    { command: "gatewayctl completion fish > ~/.config/fish/completions/gatewayctl.fish", shows: "for fish, once" },
  ],
  run: async (ctx, { shell }) => {
    // The table imports this file, so it is read here, when the table is complete.
    const [{ loadCommands }, { grammarOf }] = await Promise.all([
      import("../commands.ts"),
      import("../completion/grammar.ts"),
    ]);
    const grammar = grammarOf(await loadCommands());
    ctx.stdout.write((await writerFor(shell))(grammar));
    return 0;
  },
});

async function writerFor(shell: (typeof SHELLS)[number]) {
  switch (shell) {
    case "bash":
      return (await import("../completion/bash.ts")).bashScript;
    case "zsh":
      return (await import("../completion/zsh.ts")).zshScript;
    case "fish":
      return (await import("../completion/fish.ts")).fishScript;
  }
}
