import type { Config } from "../config/config.ts";
import { type LoadedConfig, loadConfig } from "../config/load.ts";
import { EXIT } from "../shared/errors/entry.ts";
import type { CommandContext } from "./context.ts";

/** A config without errors. */
export type UsableConfig = LoadedConfig & { readonly config: Config };

/**
 * Loads the config for a command that works with it. Errors are written to stderr as `check` writes them; warnings and
 * notes are left to `check`.
 * @returns exit code 65 where there are errors
 * @throws GatewayError GW0101 if there is no config
 */
export async function loadForCommand(ctx: CommandContext, file: string | undefined): Promise<UsableConfig | number> {
  const loaded = await readConfig(ctx, file);
  const { config } = loaded;
  if (config !== undefined) return { ...loaded, config };
  await writeFindings(ctx, loaded);
  return EXIT.config;
}

/**
 * Reads the config of the command's folder, or the named one; says so before it runs one that is code.
 * @param files whether to look into the files that it names, too, as who runs it or checks it must
 * @throws GatewayError GW0101 if there is no config
 */
export function readConfig(ctx: CommandContext, file: string | undefined, files = false): Promise<LoadedConfig> {
  return loadConfig({
    cwd: ctx.cwd,
    file,
    files,
    env: ctx.env,
    allowCode: true,
    onCode: (path) => ctx.stderr.write(`running ${path}\n`),
  });
}

/** Writes what was found to stderr, with the count behind it. */
export async function writeFindings(ctx: CommandContext, loaded: LoadedConfig): Promise<void> {
  const { summarize, writeDiagnostics } = await import("./ui/diagnostics.ts");
  writeDiagnostics(ctx.stderr, loaded);
  ctx.stderr.write(`${summarize(loaded) ?? ""}\n`);
}
