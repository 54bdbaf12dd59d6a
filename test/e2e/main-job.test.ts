import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { freePort } from "../helpers/free-port.ts";
import { ROOT } from "../helpers/imports.ts";
import { tempDir } from "../helpers/temp-dir.ts";

const BIN = join(ROOT, "bin/gatewayctl.js");
const run = promisify(execFile);

/** What `init --yes` fronts, so that the test does as the first page of the README says. */
const PORTS = [4001, 4002, 4003];

describe("the main job, as a newcomer does it", () => {
  it("init, check, up: 300 requests split evenly, one endpoint killed under load, all killed", async () => {
    const cwd = tempDir();
    const state = { ...process.env, XDG_STATE_HOME: join(cwd, "state"), NO_COLOR: "1" };
    const gatewayctl = (...argv: string[]) => run(process.execPath, [BIN, ...argv], { cwd, env: state });
    const servers = await Promise.all(PORTS.map(startServer));
    const free = await freePort();

    await gatewayctl("init", "--yes", "--port", String(free));
    expect((await gatewayctl("check")).stdout).toContain("is good");
    const up = spawn(process.execPath, [BIN, "up"], { cwd, env: state });
    onTestFinished(() => void up.kill("SIGKILL"));
    await said(up, "is up at");
    const url = `http://127.0.0.1:${free}`;

    const names = new Map<string, number>();
    for (let i = 0; i < 300; i++) {
      const name = await (await fetch(`${url}/users/${i}`)).text();
      names.set(name, (names.get(name) ?? 0) + 1);
    }
    expect([...names.values()]).toEqual([100, 100, 100]);

    const statuses = new Map<number, number>();
    let killed: Promise<void> | undefined;
    const worker = async (): Promise<void> => {
      for (let i = 0; i < 60; i++) {
        if (i === 20) killed ??= kill(servers[1] as Server);
        const { status } = await fetch(`${url}/users/${i}`);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: 16 }, worker));
    await killed;
    expect([...statuses]).toEqual([[200, 16 * 60]]);

    await Promise.all([kill(servers[0] as Server), kill(servers[2] as Server)]);
    const refused = await fetch(`${url}/users/1`);
    expect([502, 503]).toContain(refused.status);
    expect(refused.headers.get("content-type")).toBe("application/problem+json");
    expect(await refused.json()).toMatchObject({ status: refused.status, code: expect.stringMatching(/^GW03\d\d$/) });

    up.kill("SIGINT");
    expect(await exitOf(up)).toBe(0);
  }, 60_000);

  it("says what to run where there is no config, and exits 65", async () => {
    const cwd = tempDir();
    const failure = await run(process.execPath, [BIN, "up"], { cwd }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 65,
      stderr: expect.stringMatching(/gatewayctl init[\s\S]*gatewayctl up --demo/),
    });
  });

  it("names the port that is in use, and its owner, and exits 69", async () => {
    const holder = await startServer(0);
    const address = holder.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const cwd = tempDir();
    const failure = await run(process.execPath, [BIN, "up", "--demo", "--port", String(port)], { cwd }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 69, stderr: expect.stringContaining(`Port ${port} is in use by process`) });
  });
});

/** Answers every request with its own name. */
async function startServer(port: number): Promise<Server> {
  const server = createServer((_request, response) => {
    response.end(`server ${port}`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  onTestFinished(() => kill(server));
  return server;
}

/** As when the process is killed: nothing listens, and every connection ends. */
function kill(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function said(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let all = "";
    const hear = (chunk: Buffer): void => {
      all += chunk.toString();
      if (all.includes(text)) resolve();
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.once("exit", (code) => reject(new Error(`exit ${code}: ${all}`)));
  });
}

function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once("exit", resolve));
}
