import { createHash } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { GatewayError } from "../shared/errors/gateway-error.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const PRIVATE = 0o700;

/**
 * The folder where gatewayctl keeps what must outlive one run: `$XDG_STATE_HOME/gatewayctl`, by default
 * `~/.local/state/gatewayctl` (XDG Base Directory Specification 0.8; a relative `XDG_STATE_HOME` is ignored, as it says).
 * Made with mode 0700 where it is missing.
 *
 * @throws GatewayError GW0015 if it is not a folder of this user that nobody else may enter.
 */
export function stateDirectory(env: Environment): string {
  const given = env["XDG_STATE_HOME"];
  const home = env["HOME"] || homedir();
  const base = given && isAbsolute(given) ? given : join(home, ".local", "state");
  return privateDirectory(join(base, "gatewayctl"));
}

/**
 * The subfolder of one config file: admin token, sticky secret, process ids. Named after the folder that holds the
 * config, for people, and by a digest of the config's whole path, so that no two configs share one.
 *
 * @throws GatewayError GW0015 as `stateDirectory`.
 */
export function configStateDirectory(env: Environment, configPath: string): string {
  const path = realPath(resolve(configPath));
  const digest = createHash("sha256").update(path).digest("hex").slice(0, 12);
  const readable = basename(dirname(path))
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[.-]+/, "")
    .slice(0, 40);
  return privateDirectory(join(stateDirectory(env), `${readable || "config"}-${digest}`));
}

/**
 * Makes `path` with mode 0700 where it is missing; synchronous, as it runs a few times at start only.
 *
 * @throws GatewayError GW0015 if what is there is not a folder of this user's alone.
 */
export function privateDirectory(path: string): string {
  make(path);
  const found = lstatSync(path);
  if (!found.isDirectory()) throw notPrivate(path, "is not a folder");
  if (process.getuid && found.uid !== process.getuid()) throw notPrivate(path, `belongs to user ${found.uid}`);
  if ((found.mode & 0o077) !== 0) {
    throw notPrivate(path, `can be used by others (mode ${(found.mode & 0o777).toString(8)})`);
  }
  return path;
}

function make(path: string): void {
  try {
    const made = mkdirSync(path, { recursive: true, mode: PRIVATE });
    // The umask takes bits away: chmod makes sure that the owner keeps all of theirs.
    if (made !== undefined) chmodSync(path, PRIVATE);
  } catch (error) {
    // Something else of that name: the next check says what.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST")
      throw notPrivate(path, `cannot be made: ${(error as Error).message}`);
  }
}

/** One config reached by two ways has one folder; a config that is not there yet is taken as named. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function notPrivate(path: string, why: string): GatewayError {
  return new GatewayError("GW0015", `${path} ${why}.`);
}
