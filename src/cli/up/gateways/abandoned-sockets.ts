import { lstatSync, readdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import type { Millis } from "../../../shared/clock.ts";

/** One that is younger may belong to an `up` whose instances do not listen yet. */
const YOUNG: Millis = 60_000;
/** As `createSocketFolder` names what is in a folder. */
const SOCKET = /^\d+-\d+-\d+\.sock$/;

/**
 * Removes socket folders of which nobody listens on any socket: an `up` that was killed could not remove its own. What
 * it cannot read, or what holds anything else, is somebody else's and is left alone.
 * @param parent the folder they are made in
 * @param now by the wall clock, to which files' times are compared
 */
export async function removeAbandonedSockets(parent: string, prefix: string, now: Millis): Promise<void> {
  for (const name of namesIn(parent)) {
    if (!name.startsWith(prefix)) continue;
    const folder = join(parent, name);
    if (isOld(folder, now) && (await isAbandoned(folder))) remove(folder);
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A link, or what another user made in a folder that all may write to, is not touched. */
function isOld(folder: string, now: Millis): boolean {
  try {
    const stats = lstatSync(folder);
    return stats.isDirectory() && stats.uid === process.getuid?.() && now - stats.mtimeMs > YOUNG;
  } catch {
    return false;
  }
}

async function isAbandoned(folder: string): Promise<boolean> {
  const names = namesIn(folder);
  if (names.length === 0 || !names.every((name) => SOCKET.test(name))) return false;
  for (const name of names) if (await isListening(join(folder, name))) return false;
  return true;
}

/** Only a refusal is sure: whatever else keeps us from connecting may pass. */
function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", ({ code }: NodeJS.ErrnoException) => resolve(code !== "ECONNREFUSED" && code !== "ENOENT"));
  });
}

function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Another `up` does the same at this moment.
  }
}
