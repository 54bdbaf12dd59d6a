import { stat } from "node:fs/promises";
import { extname } from "node:path";
import { pathToFileURL } from "node:url";
import type { ConfigSource } from "./source.ts";

export interface CodeOptions {
  /** Whether a .js, .mjs or .ts config may run. Commands that do not need the config say no. */
  readonly allowCode: boolean;
  /** Told the absolute path before such a config runs. */
  readonly onCode?: ((file: string) => void) | undefined;
}

/** Runs a config that is code and takes its default export, or what a promise exported so settles to. */
export async function readCode(file: string, name: string, options: CodeOptions): Promise<ConfigSource> {
  const source = { file, name, text: undefined, tree: undefined };
  const failed = (message: string): ConfigSource => ({
    ...source,
    value: undefined,
    problems: [{ code: "GW0113", severity: "error", path: [], at: "value", message }],
  });
  if (!options.allowCode) return failed("is code, and this command does not run it");
  options.onCode?.(file);
  try {
    const value = await (extname(file) === ".ts" ? importTypeScript(file) : importJavaScript(file));
    if (value === undefined) return failed("has no default export: write export default defineConfig({ … })");
    if (typeof value === "function") return failed("exports a function; export the config itself");
    return { ...source, value, problems: [] };
  } catch (error) {
    return failed(`threw while it ran: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The query makes Node load it anew after a change; without one a reload would be given the old module. */
async function importJavaScript(file: string): Promise<unknown> {
  const { mtimeMs } = await stat(file);
  const module = (await import(`${pathToFileURL(file).href}?changed=${mtimeMs}`)) as { default?: unknown };
  return await module.default;
}

async function importTypeScript(file: string): Promise<unknown> {
  const { createJiti } = await import("jiti");
  const jiti = createJiti(import.meta.url, { fsCache: false, moduleCache: false });
  return await jiti.import(file, { default: true });
}
