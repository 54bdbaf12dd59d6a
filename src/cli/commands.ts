import type { Command } from "./command.ts";

/** The headings of `gatewayctl --help`, in its order. */
export const COMMAND_GROUPS = ["Set up", "Run", "Ask", "Measure", "Learn"] as const;

export interface CommandRow {
  /** The same as the command's own `name`; a test holds them equal. */
  readonly name: string;
  readonly group: (typeof COMMAND_GROUPS)[number];
  /** Reads the command's file. Running one command reads one file. */
  load(): Promise<Command>;
}

/** Every command, in the order in which help shows them. */
export const COMMANDS: readonly CommandRow[] = [
  { name: "init", group: "Set up", load: async () => (await import("./commands/init.ts")).initCommand },
  { name: "check", group: "Set up", load: async () => (await import("./commands/check.ts")).checkCommand },
  { name: "schema", group: "Set up", load: async () => (await import("./commands/schema.ts")).schemaCommand },
  { name: "cert", group: "Set up", load: async () => (await import("./commands/cert.ts")).certCommand },
  { name: "token", group: "Set up", load: async () => (await import("./commands/token.ts")).tokenCommand },
  { name: "key", group: "Set up", load: async () => (await import("./commands/key.ts")).keyCommand },
  { name: "up", group: "Run", load: async () => (await import("./commands/up.ts")).upCommand },
  { name: "status", group: "Run", load: async () => (await import("./commands/status.ts")).statusCommand },
  { name: "reload", group: "Run", load: async () => (await import("./commands/reload.ts")).reloadCommand },
  { name: "drain", group: "Run", load: async () => (await import("./commands/drain.ts")).drainCommand },
  { name: "enable", group: "Run", load: async () => (await import("./commands/enable.ts")).enableCommand },
  { name: "weight", group: "Run", load: async () => (await import("./commands/weight.ts")).weightCommand },
  { name: "routes", group: "Ask", load: async () => (await import("./commands/routes.ts")).routesCommand },
  { name: "services", group: "Ask", load: async () => (await import("./commands/services.ts")).servicesCommand },
  { name: "route", group: "Ask", load: async () => (await import("./commands/route.ts")).routeCommand },
  { name: "bench", group: "Measure", load: async () => (await import("./commands/bench.ts")).benchCommand },
  { name: "explain", group: "Learn", load: async () => (await import("./commands/explain.ts")).explainCommand },
  {
    name: "completion",
    group: "Learn",
    load: async () => (await import("./commands/completion.ts")).completionCommand,
  },
];

/** A command with the heading it stands under. */
export interface LoadedCommand {
  readonly group: CommandRow["group"];
  readonly command: Command;
}

/** Reads every command's file, for what shows them all: help, completion, the README's list. */
export async function loadCommands(rows: readonly CommandRow[] = COMMANDS): Promise<LoadedCommand[]> {
  return Promise.all(rows.map(async (row) => ({ group: row.group, command: await row.load() })));
}
