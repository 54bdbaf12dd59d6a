import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { stat } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import type { OutputStream } from "./events.ts";
import { onLines } from "./output-lines.ts";
import type { ProcessExit } from "./restart.ts";

export interface LaunchPlan {
  readonly command: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  onLine(stream: OutputStream, line: string): void;
}

export interface Launched {
  readonly pid: number;
  /** How the shell ended. Its group may still hold others. */
  readonly exit: Promise<ProcessExit>;
  /** All that it wrote has been handed on. */
  readonly drained: Promise<unknown>;
}

/**
 * Runs a command line by `sh -c` in a process group of its own. Its stdin is empty: the terminal's belongs to gatewayctl.
 *
 * @returns why not, where the process could not be made.
 */
export async function launch(plan: LaunchPlan): Promise<Launched | ProcessExit> {
  const folder = await stat(plan.cwd).catch(() => undefined);
  // Asked first, because spawn reports a missing folder as a missing shell.
  if (!folder?.isDirectory()) return notStarted(`the folder ${plan.cwd} does not exist`);
  const child = spawn("sh", ["-c", plan.command], {
    cwd: plan.cwd,
    env: { ...plan.env, PATH: searchPath(plan.cwd, plan.env["PATH"] ?? "") },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (child.pid === undefined) {
    const [error] = (await once(child, "error")) as [Error];
    return notStarted(error.message);
  }
  child.on("error", () => {});
  onLines(child.stdout, (line) => plan.onLine("stdout", line));
  onLines(child.stderr, (line) => plan.onLine("stderr", line));
  return { pid: child.pid, exit: exitOf(child), drained: new Promise((resolve) => child.once("close", resolve)) };
}

/** True if the process could not be made. */
export function isExit(result: Launched | ProcessExit): result is ProcessExit {
  return "code" in result;
}

export function notStarted(reason: string): ProcessExit {
  return { code: null, signal: null, reason };
}

function exitOf(child: ChildProcess): Promise<ProcessExit> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
}

/** `node_modules/.bin` of the folder and of each above it come first, as npm does for its scripts. */
function searchPath(cwd: string, inherited: string): string {
  const folders: string[] = [];
  for (let folder = cwd; ; folder = dirname(folder)) {
    folders.push(join(folder, "node_modules", ".bin"));
    if (dirname(folder) === folder) break;
  }
  return [...folders, inherited].join(delimiter);
}
