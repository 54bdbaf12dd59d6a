import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { ProcessEvent } from "../../src/processes/events.ts";
import { runSchema, type RunSpec } from "../../src/processes/schema.ts";
import { createSupervisor, type Supervisor, type SupervisorOptions } from "../../src/processes/supervisor.ts";
import type { Timers } from "../../src/shared/timers.ts";

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "gatewayctl-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function runSpec(command: string, more: Partial<RunSpec> = {}): RunSpec {
  return { ...runSchema.parse({ command }), ...more };
}

/** A command line that serves PORT and answers with an expression over `process`. */
export function serving(expression: string): string {
  return `node -e 'require("http").createServer((q, s) => s.end(String(${expression}))).listen(process.env.PORT, "127.0.0.1")'`;
}

export interface Watched {
  readonly supervisor: Supervisor;
  readonly events: ProcessEvent[];
  readonly lines: string[];
}

/** A supervisor that is stopped after the test, with what it says. */
export function watchedSupervisor(options: Partial<SupervisorOptions> = {}): Watched {
  const events: ProcessEvent[] = [];
  const lines: string[] = [];
  const supervisor = createSupervisor({
    baseDirectory: tmpdir(),
    ...options,
    onEvent: (event) => events.push(event),
    onOutput: (service, instance, stream, line) => lines.push(`${service} ${instance} ${stream} ${line}`),
  });
  onTestFinished(() => supervisor.stop(0));
  return { supervisor, events, lines };
}

export { eventually } from "../helpers/eventually.ts";

export function body(port: number, path = "/"): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port, path, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve(text));
    }).on("error", reject);
  });
}

/** False once the process is gone, or a zombie that waits for its parent. */
export function runs(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return stdout.trim() !== "" && !stdout.trim().startsWith("Z");
}

/**
 * Delays of at least `from` ms run at once when the test says so, shorter ones by the real clock: a backoff is not
 * waited for, a readiness look is.
 */
export function manualDelays(from: number): { timers: Timers; pending: number[]; elapse(): void } {
  const waiting = new Set<{ ms: number; run: () => void }>();
  const pending: number[] = [];
  return {
    pending,
    timers: {
      after(ms, run) {
        if (ms < from) {
          const timer = setTimeout(run, ms);
          return () => clearTimeout(timer);
        }
        const entry = { ms, run };
        waiting.add(entry);
        pending.push(ms);
        return () => waiting.delete(entry);
      },
    },
    elapse() {
      const due = [...waiting];
      waiting.clear();
      for (const { run } of due) run();
    },
  };
}
