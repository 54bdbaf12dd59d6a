import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { signalGroup } from "../../src/processes/process-group.ts";

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
  const service = Number.parseInt(chunk.toString(), 10);
  // Whatever the test is about, nothing of it stays.
  onTestFinished(() => void signalGroup(service, "SIGKILL"));
  return {
    pid: child.pid as number,
    service,
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
