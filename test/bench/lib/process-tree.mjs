import { readdirSync, readFileSync } from "node:fs";

/**
 * Fields of /proc/PID/stat after the command name (proc(5)); the name itself may contain blanks and parentheses.
 * Field n of the manual is at index n - 3.
 *
 * @param {number} pid
 * @returns {string[] | undefined} undefined when there is no such process any more
 */
export function readStat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

/**
 * All processes of the group that `root` leads, and everything that descends from them. Both are asked for because a
 * process can leave the group (setsid) and can lose its parent, but rarely does both.
 *
 * @param {number} root process id of a group leader
 * @returns {number[]} process ids, zombies included
 */
export function processTree(root) {
  const children = new Map();
  const found = new Set();
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    const stat = Number.isInteger(pid) ? readStat(pid) : undefined;
    if (stat === undefined) continue;
    const parent = Number(stat[1]);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
    if (pid === root || Number(stat[2]) === root) found.add(pid);
  }
  for (const pid of found) for (const child of children.get(pid) ?? []) found.add(child);
  return [...found];
}
