import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { removeAbandonedSockets } from "../../../../src/cli/up/gateways/abandoned-sockets.ts";

const AN_HOUR = 3600;

describe("socket folders that a killed up has left", () => {
  let parent = "";
  const servers: Server[] = [];
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), "sockets-"));
  });
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
    rmSync(parent, { recursive: true });
  });

  function folder(name: string): string {
    const path = join(parent, name);
    mkdirSync(path);
    return path;
  }

  /** As a process leaves it that is killed while it listens. */
  function leaveSocket(path: string): void {
    const code = `require("node:net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
    spawnSync(process.execPath, ["-e", code]);
    expect(existsSync(path)).toBe(true);
  }

  async function listen(path: string): Promise<void> {
    const server = createServer();
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(path, resolve));
  }

  function age(path: string): void {
    const then = Date.now() / 1000 - AN_HOUR;
    utimesSync(path, then, then);
  }

  const tidy = (): Promise<void> => removeAbandonedSockets(parent, "gatewayctl-", Date.now());

  it("are removed, and those that somebody listens in are not", async () => {
    const [dead, living] = [folder("gatewayctl-dead"), folder("gatewayctl-living")];
    leaveSocket(join(dead, "1-1-0.sock"));
    leaveSocket(join(living, "1-1-0.sock"));
    await listen(join(living, "2-2-0.sock"));
    for (const path of [dead, living]) age(path);
    await tidy();
    expect(existsSync(dead)).toBe(false);
    expect(existsSync(living)).toBe(true);
  });

  it("are left alone while they are young, empty, or hold anything else", async () => {
    const names = ["young", "empty", "mixed"].map((name) => folder(`gatewayctl-${name}`));
    const [young = "", empty = "", mixed = ""] = names;
    for (const path of [young, mixed]) leaveSocket(join(path, "1-1-0.sock"));
    writeFileSync(join(mixed, "notes.txt"), "mine");
    for (const path of [empty, mixed]) age(path);
    await tidy();
    expect(names.map((path) => existsSync(path))).toEqual([true, true, true]);
  });

  it("are not followed through links", async () => {
    const elsewhere = folder("elsewhere");
    leaveSocket(join(elsewhere, "1-1-0.sock"));
    age(elsewhere);
    symlinkSync(elsewhere, join(parent, "gatewayctl-link"));
    await tidy();
    expect(existsSync(elsewhere)).toBe(true);
  });
});
