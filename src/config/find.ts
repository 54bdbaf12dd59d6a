import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, extname, isAbsolute, relative, resolve } from "node:path";
import { GatewayError } from "../shared/errors/gateway-error.ts";
import { type CodeOptions, readCode } from "./code-source.ts";
import { parseJson } from "./json-source.ts";
import { packageSection } from "./package-source.ts";
import type { ConfigSource } from "./source.ts";
import { parseYaml } from "./yaml-source.ts";
import { SEARCH_PLACES } from "./search-places.ts";

export interface FindOptions extends CodeOptions {
  /** The working directory: the only one that is searched. */
  readonly cwd: string;
  /** A config named by the user, in place of searching. */
  readonly file?: string | undefined;
}

const CODE = new Set([".js", ".mjs", ".ts"]);

/**
 * Finds and reads the config. Throws GatewayError GW0101 if there is none. A file that cannot be read or parsed is a
 * source with problems.
 */
export async function findSource(options: FindOptions): Promise<ConfigSource> {
  if (options.file !== undefined) return readNamed(resolve(options.cwd, options.file), options);
  const found = await search(options.cwd);
  if (found === undefined) {
    throw new GatewayError("GW0101", `No configuration in ${options.cwd}`);
  }
  return parseSource(found.file, found.text, options);
}

async function readNamed(file: string, options: FindOptions): Promise<ConfigSource> {
  try {
    return await parseSource(file, await readFile(file, "utf8"), options);
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const name = displayName(file, options.cwd);
    if (code === "ENOENT") throw new GatewayError("GW0101", `${name} does not exist`, { cause: error });
    return broken(file, name, code === "EISDIR" ? "is a folder, not a file" : `cannot be read: ${message}`);
  }
}

function broken(file: string, name: string, message: string): ConfigSource {
  const problem = { code: "GW0113", severity: "error", path: [], at: "value", message } as const;
  return { file, name, text: undefined, tree: undefined, value: undefined, problems: [problem] };
}

async function parseSource(file: string, text: string, options: FindOptions): Promise<ConfigSource> {
  const name = displayName(file, options.cwd);
  const extension = extname(file);
  if (CODE.has(extension)) return readCode(file, name, options);
  if (basename(file) === "package.json") return { file, name, text, ...packageSection(parseJson(text)) };
  return { file, name, text, ...(extension === ".json" ? parseJson(text) : parseYaml(text)) };
}

/** Relative where the file is below the working directory, else absolute. */
export function displayName(file: string, cwd: string): string {
  const path = relative(cwd, file);
  return path === "" || path.startsWith("..") || isAbsolute(path) ? file : path;
}

interface Explorer {
  search(from: string): Promise<{ filepath: string; config?: Raw; isEmpty?: boolean } | null>;
}

interface Raw {
  readonly text: string;
}

/**
 * cosmiconfig's own search, without its front door: `cosmiconfig()` first looks for settings of its own in the working
 * directory, and runs `.config/config.js` there. A config that is code must never run unannounced.
 */
const { Explorer } = createRequire(import.meta.url)("cosmiconfig/dist/Explorer.js") as {
  Explorer: new (options: object) => Explorer;
};

async function search(cwd: string): Promise<{ file: string; text: string } | undefined> {
  const raw = (_file: string, text: string): Raw => ({ text });
  const explorer = new Explorer({
    moduleName: "gatewayctl",
    searchPlaces: [...SEARCH_PLACES],
    searchStrategy: "none",
    // An empty file is a config with everything missing, not a reason to take another one.
    ignoreEmptySearchPlaces: false,
    cache: false,
    metaConfigFilePath: null,
    mergeImportArrays: true,
    mergeSearchPlaces: true,
    transform: (result: unknown) => result,
    loaders: {
      ".yaml": raw,
      ".yml": raw,
      ".js": raw,
      ".mjs": raw,
      ".ts": raw,
      noExt: raw,
      // Of package.json cosmiconfig takes the section `gatewayctl`; without one it looks on.
      ".json": (file: string, text: string) =>
        basename(file) !== "package.json" ? { text } : hasSection(text) ? { gatewayctl: { text } } : {},
    },
  });
  const found = await explorer.search(cwd);
  return found === null ? undefined : { file: found.filepath, text: found.config?.text ?? "" };
}

function hasSection(text: string): boolean {
  const { tree } = parseJson(text);
  return tree?.entries?.some(({ key }) => key === "gatewayctl") ?? false;
}
