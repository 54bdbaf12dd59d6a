import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { linkSync, lstatSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The file in a config's state folder that holds the token. */
export const TOKEN_FILE = "admin.token";

/** 32 random bytes in base64url. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/**
 * The config's admin token; made where there is none yet, or none that can be trusted. It stays the same from one `up`
 * to the next, so that scripts can keep using it.
 */
export function ensureAdminToken(stateDirectory: string): string {
  const found = readAdminToken(stateDirectory);
  if (found !== undefined) return found;
  const path = join(stateDirectory, TOKEN_FILE);
  rmSync(path, { force: true, recursive: true });
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  writeFileSync(draft, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  try {
    // A link appears with its content and never replaces: of two gateways that start at once, one makes the token.
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  const token = readAdminToken(stateDirectory);
  if (token === undefined) throw new Error(`${path} is not what was just written`);
  return token;
}

/** The token; `undefined` if there is none, or if others than its owner could have read or written it. */
export function readAdminToken(stateDirectory: string): string | undefined {
  const path = join(stateDirectory, TOKEN_FILE);
  try {
    const found = lstatSync(path);
    if (!found.isFile() || (found.mode & 0o077) !== 0) return undefined;
    const text = readFileSync(path, "utf8").trim();
    return TOKEN.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether `authorization` is `Bearer` and the token. Compares digests, so that the time it takes tells neither how much
 * of a guess was right nor how long the token is.
 */
export function bearsToken(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer +([^\s]+) *$/i.exec(authorization ?? "")?.[1];
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
