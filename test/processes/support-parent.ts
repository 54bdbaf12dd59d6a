import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const SCRIPT = fileURLToPath(new URL("./support-parent.mjs", import.meta.url));

export interface Parent {
  readonly pid: number;
  /** Process id that the service said on its first line. */
  readonly service: number;
  /** Lets it exit, or throw, by itself. */
  go(): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  kill(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Another process with a supervisor and one service, whose command says its process id first. */
export async function startParent(stateDirectory: string, command: string, fate = "exit"): Promise<Parent> {
  const child = spawn(process.execPath, [SCRIPT, stateDirectory, command, fate], { stdio: ["pipe", "pipe", "ignore"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const exit = once(child, "exit").then(([code, signal]) => ({ code, signal }));
  const [chunk] = (await once(child.stdout, "data")) as [Buffer];
  return {
    pid: child.pid as number,
    service: Number.parseInt(chunk.toString(), 10),
    go: () => {
      child.stdin.write("go\n");
      return exit;
    },
    kill: (signal) => {
      child.kill(signal);
      return exit;
    },
  };
}
