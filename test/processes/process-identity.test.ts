import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { parsePs, processCommand, processIdentity } from "../../src/processes/process-identity.ts";

describe("processIdentity", () => {
  it("stays the same for a process and differs between two with one command", async () => {
    const start = () => spawn("sleep", ["60"], { stdio: "ignore" });
    const one = start();
    // Start times are counted in hundredths of a second.
    await new Promise((resolve) => setTimeout(resolve, 30));
    const two = start();
    const [first, again, other] = await Promise.all(
      [one, one, two].map((child) => processIdentity(child.pid as number)),
    );
    expect(first).toMatchObject({ pid: one.pid, command: "sleep 60" });
    expect(again).toEqual(first);
    expect(other?.startedAt).not.toBe(first?.startedAt);
    for (const child of [one, two]) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    expect(await processIdentity(one.pid as number)).toBeUndefined();
  });

  it("reads the command of this process", async () => {
    expect(await processCommand(process.pid)).toContain("node");
  });
});

describe("parsePs", () => {
  it("splits state, start and command", () => {
    expect(parsePs(7, "Ss   Sat Nov 21 03:54:11 2026 node services/users.mjs --x\n")).toEqual({
      pid: 7,
      startedAt: "Sat Nov 21 03:54:11 2026",
      command: "node services/users.mjs --x",
    });
    expect(parsePs(7, "S+ Sun Nov  1 03:54:11 2026 sleep 60")?.startedAt).toBe("Sun Nov 1 03:54:11 2026");
  });

  it("takes a zombie, and no output, for nobody", () => {
    expect(parsePs(7, "Z    Sat Nov 21 03:54:11 2026 (node)\n")).toBeUndefined();
    expect(parsePs(7, "")).toBeUndefined();
  });
});
