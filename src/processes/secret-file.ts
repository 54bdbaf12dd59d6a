import { randomBytes } from "node:crypto";
import { linkSync, lstatSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The file in a config's state folder with the secret that cookies are sealed with. */
const CONFIG_SECRET = "cookie.secret";

/** 32 random bytes in base64url. */
const SECRET = /^[A-Za-z0-9_-]{43}$/;

/**
 * What nobody outside knows of a config, 32 bytes: the same from one `up` to the next, so that those who are logged in
 * stay so. Without the file it is another one, and everybody logs in again.
 *
 * @param directory the config's state folder
 */
export function configSecret(directory: string): Buffer {
  return Buffer.from(ensureSecret(join(directory, CONFIG_SECRET)), "base64url");
}

/** The secret in a file, 32 random bytes in base64url; made where there is none yet, or none that can be trusted. */
export function ensureSecret(path: string): string {
  const found = readSecret(path);
  if (found !== undefined) return found;
  rmSync(path, { force: true, recursive: true });
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  writeFileSync(draft, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  try {
    // A link appears with its content and never replaces: of two gateways that start at once, one makes the secret.
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  const secret = readSecret(path);
  if (secret === undefined) throw new Error(`${path} is not what was just written`);
  return secret;
}

/** The secret; `undefined` if there is none, or if others than its owner could have read or written it. */
export function readSecret(path: string): string | undefined {
  try {
    const found = lstatSync(path);
    if (!found.isFile() || (found.mode & 0o077) !== 0) return undefined;
    const text = readFileSync(path, "utf8").trim();
    return SECRET.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}
