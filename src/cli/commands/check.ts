import type { Config } from "../../config/config.ts";
import type { Diagnostic } from "../../config/diagnostic.ts";
import { EXIT } from "../../shared/errors/entry.ts";
import { errorEntry } from "../../shared/errors/table.ts";
import { defineCommand } from "../command.ts";
import type { CommandContext } from "../context.ts";

interface CheckArgs {
  readonly config?: string;
  readonly json?: true;
}

/** `gatewayctl check`: everything that is wrong with the config, or doubtful. Nothing is started. */
export const checkCommand = defineCommand<CheckArgs>({
  name: "check",
  summary: "Check the config: mistakes, unknown names, routes that nothing can reach",
  description:
    "Checks the config and prints everything found, with its place in the file. Starts nothing. " +
    "Exit code: 0 clean or only notes, 79 warnings, 65 errors.",
  options: [
    { flags: "--config <file>", summary: "the config, if not the one in this folder" },
    { flags: "--json", summary: "print JSON" },
  ],
  examples: [
    { command: "gatewayctl check", shows: "what is wrong with the config in this folder" },
    { command: "gatewayctl check --json --config ./gateway.config.yaml", shows: "the same for a program" },
  ],
  run: async (ctx, { config: file, json }) => {
    const { readConfig } = await import("../load-for-command.ts");
    const loaded = await readConfig(ctx, file, true);
    const exitCode = exitCodeOf(loaded.diagnostics);
    if (json) {
      const { writeJson } = await import("../ui/json.ts");
      writeJson(ctx.stdout, { ok: exitCode === EXIT.ok, findings: loaded.diagnostics.map(findingOf) });
      return exitCode;
    }
    const { summarize, writeDiagnostics } = await import("../ui/diagnostics.ts");
    writeDiagnostics(ctx.stdout, loaded);
    const summary = summarize(loaded);
    if (summary !== undefined) ctx.stdout.write(`${summary}\n`);
    if (loaded.config !== undefined) writeCounts(ctx, loaded.name, loaded.config, exitCode);
    else ctx.stdout.write("`gatewayctl explain CODE` tells more about a finding\n");
    return exitCode;
  },
});

function exitCodeOf(diagnostics: readonly Diagnostic[]): number {
  if (diagnostics.some(({ severity }) => severity === "error")) return EXIT.config;
  return diagnostics.some(({ severity }) => severity === "warning") ? EXIT.findings : EXIT.ok;
}

/** What others build on: every key is always there, `null` where there is nothing to say; `witness` only if there is one. */
function findingOf({ code, severity, message, file, line, column, path, hint, witness }: Diagnostic): object {
  return {
    code,
    severity,
    message,
    file,
    line: line ?? null,
    column: column ?? null,
    path,
    hint: hint ?? errorEntry(code).hint,
    ...(witness === undefined ? {} : { witness }),
  };
}

function writeCounts(ctx: CommandContext, name: string, config: Config, exitCode: number): void {
  const counts = [
    countOf(config.listeners.length, "listener"),
    countOf(Object.keys(config.services).length, "service"),
    countOf(config.routes.length, "route"),
  ].join(", ");
  const verdict = exitCode === EXIT.ok ? "is good" : "can be used";
  ctx.stdout.write(`${name} ${verdict}: ${counts}\n`);
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
