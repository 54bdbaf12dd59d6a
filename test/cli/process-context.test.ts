import { spawn } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { wantsColor } from "../../src/cli/process-context.ts";
import { ROOT } from "../helpers/imports.ts";

describe("wantsColor", () => {
  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: "1" }, false],
    [true, { NO_COLOR: "" }, true],
    [true, { TERM: "dumb" }, false],
    [false, { FORCE_COLOR: "1" }, true],
    [false, { FORCE_COLOR: "", NO_COLOR: "1" }, true],
    [true, { FORCE_COLOR: "0" }, false],
    [true, { FORCE_COLOR: "false" }, false],
  ])("terminal: %s, %j → %s", (isTTY, env, expected) => {
    expect(wantsColor(isTTY, env)).toBe(expected);
  });
});

/** A script over the built context; `ctx` is in scope. */
function start(body: string) {
  const module = JSON.stringify(join(ROOT, "dist/cli/process-context.js"));
  const script = `const { createProcessContext, exitProcess } = await import(${module}); const ctx = createProcessContext(); ${body}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal }));
  });
  const says = (text: string) =>
    new Promise<void>((resolve) => {
      const look = (): void => {
        if (output.includes(text)) resolve();
      };
      child.stdout.on("data", look);
      look();
    });
  return { child, ended, says, output: () => output };
}

describe("a process's context", () => {
  it("counts Ctrl-C and SIGTERM together for the handlers that are on", async () => {
    const { child, ended, says } = start(`
      ctx.onInterrupt((count) => { ctx.stdout.write("interrupt " + count + "\\n"); if (count === 2) process.exit(7); });
      ctx.stdout.write("ready\\n"); setInterval(() => {}, 1000);`);
    await says("ready");
    child.kill("SIGINT");
    await says("interrupt 1");
    child.kill("SIGTERM");
    expect(await ended).toEqual({ code: 7, signal: null });
  });

  it("lets the first one end the process while no handler is on", async () => {
    const { child, ended, says } = start(`
      ctx.onInterrupt(() => {})(); ctx.stdout.write("ready\\n"); setInterval(() => {}, 1000);`);
    await says("ready");
    child.kill("SIGTERM");
    expect(await ended).toEqual({ code: null, signal: "SIGTERM" });
  });

  it("ends quietly when the reader of its output has gone", async () => {
    const { child, ended, says, output } = start(`
      ctx.stdout.write("ready\\n"); setInterval(() => ctx.stdout.write("x".repeat(1000)), 1);`);
    await says("ready");
    child.stdout.destroy();
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(output()).not.toContain("EPIPE");
  });

  it("asks a command at work to end, once, when the reader has gone", async () => {
    const { child, ended, says, output } = start(`
      ctx.onInterrupt((count) => { ctx.stderr.write("asked " + count + "\\n"); setTimeout(() => process.exit(5), 30); });
      ctx.stdout.write("ready\\n"); setInterval(() => ctx.stdout.write("x".repeat(1000)), 1);`);
    await says("ready");
    child.stdout.destroy();
    expect(await ended).toEqual({ code: 5, signal: null });
    expect(output().match(/asked/g)).toHaveLength(1);
  });

  it("ends only when all that was written has gone into the pipe", async () => {
    const { ended, output } = start(`ctx.stdout.write("x".repeat(1_000_000)); await exitProcess(3);`);
    expect((await ended).code).toBe(3);
    expect(output()).toHaveLength(1_000_000);
  });
});
