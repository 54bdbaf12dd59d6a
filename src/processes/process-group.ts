import { readdir, readFile } from "node:fs/promises";
import type { Timers } from "../shared/timers.ts";

/** Milliseconds between two looks at a group that is ending: the first, and the longest. */
const FIRST_INTERVAL = 10;
const LONGEST_INTERVAL = 100;

/** Milliseconds that the kernel may take to carry out a SIGKILL. */
const KILL_PATIENCE = 2_000;

/** Signals every process of a group; false if there is none, or none that may be signalled. */
export function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-groupId, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * Ends a whole process group: SIGTERM, then SIGKILL for what is left after `graceMs`. Resolves when no process of the
 * group runs: how many levels of shells, package managers and workers a command has does not matter.
 */
export async function endGroup(groupId: number, graceMs: number, timers: Timers): Promise<void> {
  if (!signalGroup(groupId, "SIGTERM")) return;
  if (await goneWithin(groupId, graceMs, timers)) return;
  signalGroup(groupId, "SIGKILL");
  await goneWithin(groupId, KILL_PATIENCE, timers);
}

async function goneWithin(groupId: number, ms: number, timers: Timers): Promise<boolean> {
  let interval = FIRST_INTERVAL;
  for (let left = ms; ; left -= interval, interval = Math.min(interval * 2, LONGEST_INTERVAL)) {
    if (!(await groupRuns(groupId))) return true;
    if (left <= 0) return false;
    await new Promise<void>((resolve) => timers.after(Math.min(interval, left), resolve));
  }
}

/**
 * True while a process of the group runs. One that has ended but was not collected by its new parent can still be
 * signalled; in a container without an init that lasts for ever, so that on Linux the state is looked up too.
 */
async function groupRuns(groupId: number): Promise<boolean> {
  if (!signalGroup(groupId, 0)) return false;
  const entries = await readdir("/proc").catch(() => undefined);
  const pids = entries?.filter((name) => /^\d+$/.test(name)) ?? [];
  if (pids.length === 0) return true;
  const members = await Promise.all(pids.map((pid) => runsInGroup(pid, groupId)));
  return members.includes(true);
}

/** proc_pid_stat(5): after the name in parentheses come state, parent and process group. */
async function runsInGroup(pid: string, groupId: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return group === String(groupId) && state !== "Z" && state !== "X";
}
