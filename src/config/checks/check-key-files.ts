import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Config } from "../config.ts";
import { type ConfigPath, formatPath, isMapping } from "../config-path.ts";
import type { Problem } from "../diagnostic.ts";
import type { Methods } from "../local-jwt.ts";

/** A key file, and where it is named. */
interface NamedFile {
  readonly file: string;
  readonly path: ConfigPath;
}

/**
 * Files with keys of `jwt` that are missing, cannot be read, or are no JWK Set (GW0131): a warning, as a running gateway
 * takes them up when they come.
 *
 * @param base the folder that their paths are relative to
 */
export async function checkKeyFiles(config: Config, base: string): Promise<Problem[]> {
  const found = await Promise.all(
    keyFiles(config).map(async ({ file, path }): Promise<Problem[]> => {
      const fault = await faultOf(resolve(base, file));
      if (fault === undefined) return [];
      const message = `${file} ${fault}, so that no token can be verified`;
      return [{ code: "GW0131", severity: "warning", path, at: "value", message }];
    }),
  );
  return found.flat();
}

/** Whether any method reads keys from a file. */
export function hasKeyFiles(config: Config): boolean {
  return keyFiles(config).length > 0;
}

/** Each place once, though a global policy is every route's. */
function keyFiles({ routes }: Config): readonly NamedFile[] {
  const byPlace = new Map<string, NamedFile>();
  for (const { index, policies } of routes) {
    for (const { slot, from, options } of policies) {
      if (slot !== "authenticate") continue;
      const where = from === "global" ? ["policies"] : ["routes", index, "policies"];
      for (const [i, method] of (options as Methods).entries()) {
        if (!("jwt" in method) || !isFile(method.jwt.jwks)) continue;
        const path = [...where, "authenticate", i, "jwt", "jwks"];
        byPlace.set(formatPath(path), { file: method.jwt.jwks, path });
      }
    }
  }
  return [...byPlace.values()];
}

function isFile(jwks: string | undefined): jwks is string {
  return jwks !== undefined && jwks !== "local" && !/^https?:/i.test(jwks);
}

/** A phrase that repeats nothing of the file. */
async function faultOf(path: string): Promise<string | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? "does not exist" : `cannot be read (${code ?? "unknown"})`;
  }
  try {
    const set: unknown = JSON.parse(text);
    const keys = isMapping(set) ? set["keys"] : undefined;
    if (!Array.isArray(keys)) return "is no JWK Set: it has no list of `keys`";
    return keys.length === 0 ? "is a JWK Set without a key" : undefined;
  } catch {
    return "is no JWK Set: it is not JSON";
  }
}
