import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { processTree, readStat } from "./process-tree.mjs";

const ticksPerSecond = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/**
 * CPU time that a process tree has used so far, by the kernel's two books: clock ticks per process (10 ms steps, counts
 * threads and children that have ended) and nanoseconds per thread (exact, forgets threads that have ended).
 *
 * @param {number} root process id of the group leader
 * @returns {{ ticks: number, threads: Map<string, number> }}
 */
export function cpuSnapshot(root) {
  let ticks = 0;
  const threads = new Map();
  for (const pid of processTree(root)) {
    const stat = readStat(pid);
    if (stat === undefined) continue;
    // utime, stime, cutime, cstime: proc(5) fields 14 to 17.
    ticks += Number(stat[11]) + Number(stat[12]) + Number(stat[13]) + Number(stat[14]);
    readThreads(pid, threads);
  }
  return { ticks, threads };
}

/**
 * CPU microseconds used between two snapshots of one tree. Nanosecond figures are used when every thread of the first
 * snapshot still lives; otherwise the ticks, which lose nothing but are coarse.
 *
 * @param {{ ticks: number, threads: Map<string, number> }} before
 * @param {{ ticks: number, threads: Map<string, number> }} after
 * @returns {number} microseconds
 */
export function cpuMicrosBetween(before, after) {
  const exact = before.threads.size > 0 && [...before.threads.keys()].every((id) => after.threads.has(id));
  if (!exact) return ((after.ticks - before.ticks) / ticksPerSecond) * 1e6;
  let nanos = 0;
  for (const [id, value] of after.threads) nanos += value - (before.threads.get(id) ?? 0);
  return nanos / 1000;
}

/**
 * CPU time that each process of a tree has used between two snapshots.
 *
 * @param {{ threads: Map<string, number> }} before
 * @param {{ threads: Map<string, number> }} after
 * @returns {Map<string, number>} microseconds by process id
 */
export function cpuByProcess(before, after) {
  const micros = new Map();
  for (const [id, value] of after.threads) {
    const [pid] = id.split("/");
    micros.set(pid, (micros.get(pid) ?? 0) + (value - (before.threads.get(id) ?? 0)) / 1000);
  }
  return micros;
}

/** Adds "pid/tid → nanoseconds on a CPU" for each thread; adds nothing on a kernel without schedstat. */
function readThreads(pid, threads) {
  try {
    for (const tid of readdirSync(`/proc/${pid}/task`)) {
      const text = readFileSync(`/proc/${pid}/task/${tid}/schedstat`, "latin1");
      threads.set(`${pid}/${tid}`, Number(text.split(" ", 1)[0]));
    }
  } catch {
    // The process or thread ended between the listing and the reading: the ticks still count it.
  }
}
