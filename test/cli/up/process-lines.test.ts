import { describe, expect, it } from "vitest";
import { logProcesses } from "../../../src/cli/up/process-lines.ts";
import type { ProcessEvent } from "../../../src/processes/events.ts";
import { createEventLog } from "../../../src/telemetry/event-log.ts";

function log(): { processes: ReturnType<typeof logProcesses>; lines: () => Record<string, unknown>[] } {
  const lines: string[] = [];
  const logger = createEventLog({
    level: "info",
    redact: [],
    wallClock: { now: () => 0 },
    write: (line) => lines.push(line),
  });
  return { processes: logProcesses(logger), lines: () => lines.map((line) => JSON.parse(line)) };
}

const name = { service: "users", instance: 2, port: 4002 };
type Rest = ProcessEvent extends infer E ? (E extends ProcessEvent ? Omit<E, keyof typeof name> : never) : never;

describe("what becomes of instances is logged", () => {
  it.each<[Rest, string, string]>([
    [{ type: "ready", pid: 7, afterMs: 12.6 }, "info", "ready after 13 ms"],
    [{ type: "exited", expected: false, code: 3, signal: null }, "warn", "ended: exit code 3"],
    [{ type: "exited", expected: false, code: null, signal: "SIGSEGV" }, "warn", "ended: signal SIGSEGV"],
    [{ type: "exited", expected: false, code: 137, signal: null }, "warn", "ended: exit code 137 (SIGKILL)"],
    [
      { type: "exited", expected: false, code: 1, signal: null, reason: "no such folder" },
      "warn",
      "ended: no such folder",
    ],
    [{ type: "restarting", inMs: 500, cause: "exit" }, "info", "restarting in 500 ms"],
    [{ type: "restarting", inMs: 0, cause: "change" }, "info", "restarting: a file changed"],
    [{ type: "gave-up", reason: "restart is never" }, "error", "not started again: restart is never"],
  ])("%j", (event, level, msg) => {
    const { processes, lines } = log();
    processes.onEvent({ ...name, ...event });
    expect(lines()).toEqual([expect.objectContaining({ level, msg, ...name })]);
  });

  it("but not what gatewayctl itself wanted", () => {
    const { processes, lines } = log();
    processes.onEvent({ ...name, type: "starting", pid: 7 });
    processes.onEvent({ ...name, type: "exited", expected: true, code: 0, signal: null });
    expect(lines()).toEqual([]);
  });

  it("and so is what they write, stderr as a warning", () => {
    const { processes, lines } = log();
    processes.onOutput("users", 1, "stdout", "listens");
    processes.onOutput("users", 1, "stderr", "deprecated");
    expect(lines()).toMatchObject([
      { level: "info", service: "users", instance: 1, stream: "stdout", msg: "listens" },
      { level: "warn", service: "users", instance: 1, stream: "stderr", msg: "deprecated" },
    ]);
  });
});
