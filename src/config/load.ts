import { dirname } from "node:path";
import { systemWallClock } from "../shared/clock.ts";
import { checkSunsets } from "./checks/check-versions.ts";
import { checkKeyFiles, hasKeyFiles } from "./checks/check-key-files.ts";
import type { Config } from "./config.ts";
import type { Diagnostic, Problem } from "./diagnostic.ts";
import { diagnose } from "./diagnose.ts";
import { readEnvironment } from "./environment.ts";
import { type FindOptions, findSource } from "./find.ts";
import { byPlace } from "./place.ts";
import type { ConfigSource } from "./source.ts";

export type { Config } from "./config.ts";
export type { Diagnostic } from "./diagnostic.ts";

export interface LoadOptions extends FindOptions {
  /** The process's environment. It wins over `.env` beside the config. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Look into the files that the config names, too, and at the date: what is wrong with one is an error at the key that
   * names it.
   */
  readonly files?: boolean;
}

/** What came of loading a config. */
export interface LoadedConfig {
  /** Absolute path. */
  readonly file: string;
  /** The file as people know it: relative to the working directory where it is below it. */
  readonly name: string;
  /** The file's text, for frames; `undefined` for a config that is code. */
  readonly text: string | undefined;
  /** Everything found, in the order of the file. */
  readonly diagnostics: readonly Diagnostic[];
  /** `undefined` if there is an error among them. */
  readonly config: Config | undefined;
}

/**
 * Finds, reads, validates and compiles the config. Keeps nothing between calls: a reload calls it again.
 *
 * Throws GatewayError GW0101 if there is no config, or the named file does not exist; everything else that can be wrong
 * is a diagnostic.
 */
export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
  const source = await findSource(options);
  const { env, warnings } = await readEnvironment(source.file, options);
  const { diagnostics, config, place } = diagnose(source, env);
  const inFiles = options.files && config ? place(await checkFiles(config, source.file, options.env)) : [];
  return {
    ...loadedFrom(source),
    diagnostics: [...warnings, ...[...diagnostics, ...inFiles].sort(byPlace)],
    config: inFiles.some(({ severity }) => severity === "error") ? undefined : config,
  };
}

async function checkFiles(config: Config, file: string, env: LoadOptions["env"]): Promise<Problem[]> {
  const base = dirname(file);
  const now = systemWallClock.now();
  const found: Problem[] = checkSunsets(config.versioning, now);
  // node:tls is not for free: only who has certificates loads it.
  if (config.listeners.some((listener) => listener.kind === "https" && listener.tls !== "auto")) {
    const { checkCertificates } = await import("./checks/check-certificates.ts");
    found.push(...(await checkCertificates(config, base, now)));
  }
  if (Object.values(config.services).some(({ tls }) => tls?.ca !== undefined)) {
    const { checkEndpointCas } = await import("./checks/check-endpoint-cas.ts");
    found.push(...checkEndpointCas(config, base));
  }
  if (
    Object.values(config.services).some(({ endpoints }) => endpoints?.kind === "file" || endpoints?.kind === "compose")
  ) {
    const { checkDiscovered } = await import("./checks/check-discovered.ts");
    found.push(...(await checkDiscovered(config, { baseDirectory: base, env })));
  }
  if (hasKeyFiles(config)) found.push(...(await checkKeyFiles(config, base)));
  // Nor are validators.
  if (config.routes.some(({ policies }) => policies.some(({ slot }) => slot === "validate"))) {
    const { checkContracts } = await import("./checks/check-contracts.ts");
    found.push(...checkContracts(config, base));
  }
  return found;
}

function loadedFrom({ file, name, text }: ConfigSource): Pick<LoadedConfig, "file" | "name" | "text"> {
  return { file, name, text };
}

/** The same for a source that has been read: no file is touched. */
export function loadSource(source: ConfigSource, env: LoadOptions["env"]): LoadedConfig {
  const { diagnostics, config } = diagnose(source, env);
  return { ...loadedFrom(source), diagnostics, config };
}

/** A config that is a value already, as `createGateway` takes it. `name` stands for the file in diagnostics. */
export function loadValue(value: unknown, env: LoadOptions["env"] = {}, name = "config"): LoadedConfig {
  return loadSource({ file: name, name, text: undefined, tree: undefined, value, problems: [] }, env);
}
