import { createHash, timingSafeEqual } from "node:crypto";
import { join } from "node:path";
import { ensureSecret, readSecret } from "../processes/secret-file.ts";

/** The file in a config's state folder that holds the token. */
export const TOKEN_FILE = "admin.token";

/**
 * The config's admin token; made where there is none yet, or none that can be trusted. It stays the same from one `up`
 * to the next, so that scripts can keep using it.
 */
export function ensureAdminToken(stateDirectory: string): string {
  return ensureSecret(join(stateDirectory, TOKEN_FILE));
}

/** The token; `undefined` if there is none, or if others than its owner could have read or written it. */
export function readAdminToken(stateDirectory: string): string | undefined {
  return readSecret(join(stateDirectory, TOKEN_FILE));
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
