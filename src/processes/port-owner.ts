import { readdir, readlink } from "node:fs/promises";
import { listeningSockets } from "./listening-sockets.ts";
import { processCommand } from "./process-identity.ts";

export interface PortOwner {
  readonly pid: number;
  /** Its command line, arguments separated by spaces. */
  readonly command: string;
}

/**
 * Who listens on a TCP port of this machine; `undefined` if nobody does, or if the system does not tell this user
 * (another user's process).
 */
export async function portOwner(port: number): Promise<PortOwner | undefined> {
  const sockets = await listeningSockets(port);
  if (sockets.length === 0) return undefined;
  const pid = sockets.find((socket) => socket.pid !== undefined)?.pid ?? (await holderOf(inodesOf(sockets)));
  if (pid === undefined) return undefined;
  const command = await processCommand(pid);
  return command === undefined ? undefined : { pid, command };
}

function inodesOf(sockets: readonly { readonly inode?: string }[]): Set<string> {
  return new Set(sockets.map((socket) => `socket:[${socket.inode}]`));
}

/** The first process with a file descriptor on one of these sockets; other users' processes cannot be looked into. */
async function holderOf(sockets: ReadonlySet<string>): Promise<number | undefined> {
  const entries = await readdir("/proc").catch(() => []);
  for (const entry of entries) {
    if (!/^\d+$/.test(entry)) continue;
    if (await holdsOne(`/proc/${entry}/fd`, sockets)) return Number(entry);
  }
  return undefined;
}

async function holdsOne(folder: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const descriptors = await readdir(folder).catch(() => []);
  const targets = await Promise.all(descriptors.map((name) => readlink(`${folder}/${name}`).catch(() => "")));
  return targets.some((target) => sockets.has(target));
}
