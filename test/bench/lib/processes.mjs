import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processTree } from "./process-tree.mjs";

/** Everything that is running now; emptied by killAll. */
const running = new Set();

/**
 * Starts a program pinned to one core, as the leader of a process group of its own, so that it and all its children can
 * be measured and ended together and a Ctrl-C reaches only this program, which then ends them.
 *
 * @param {{ name: string, command: string, args: string[], core: number, directory: string,
 *   env?: Record<string, string> }} start output goes to DIRECTORY/NAME.log
 * @returns {{ name: string, pid: number, log: string, exited: Promise<number>, isRunning: () => boolean,
 *   stop: () => Promise<void> }}
 */
export function startPinned({ name, command, args, core, directory, env = {} }) {
  const log = join(directory, `${name}.log`);
  const output = openSync(log, "a");
  const child = spawn("taskset", ["-c", String(core), command, ...args], {
    cwd: directory,
    detached: true,
    env: { ...process.env, ...env },
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  running.add(child);
  const exited = new Promise((resolve) => {
    child.once("error", () => resolve(-1));
    child.once("exit", (code) => resolve(code ?? -1));
  }).then((code) => {
    running.delete(child);
    return code;
  });
  const stop = () => stopThese([child]);
  return { name, pid: child.pid ?? 0, log, exited, isRunning: () => running.has(child), stop };
}

/**
 * The last lines that a process wrote, for a message that says why it failed.
 *
 * @param {string} log path
 * @param {number} lines
 * @returns {string}
 */
export function lastLines(log, lines = 8) {
  try {
    return readFileSync(log, "utf8").trim().split("\n").slice(-lines).join(" | ");
  } catch {
    return "";
  }
}

/** Asks every process started here to end, waits a little, and ends what is left. */
export async function stopAll() {
  await stopThese([...running]);
}

/** Ends every process started here, with its children, at once. Synchronous: it is also called while exiting. */
export function killAll() {
  signalTrees([...running], "SIGKILL");
  running.clear();
}

/** Asked nicely first, because a master that is killed leaves its children to whoever reaps orphans, or to nobody. */
async function stopThese(children, limit = 2000) {
  const deadline = Date.now() + limit;
  signalTrees(children, "SIGTERM");
  const isLeft = () => children.some((child) => running.has(child));
  while (isLeft() && Date.now() < deadline) await sleep(20);
  signalTrees(
    children.filter((child) => running.has(child)),
    "SIGKILL",
  );
  for (const child of children) running.delete(child);
}

function signalTrees(children, signal) {
  for (const child of children) {
    if (child.pid === undefined) continue;
    for (const pid of processTree(child.pid)) {
      try {
        process.kill(pid, signal);
      } catch {
        // Already gone.
      }
    }
  }
}
