import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ensureAdminToken, readAdminToken, TOKEN_FILE } from "../../src/admin/admin-token.ts";
import { FIRST_ADMIN_PORT, LAST_ADMIN_PORT } from "../../src/admin/loopback-server.ts";
import { readRunningGateway, RUNNING_FILE } from "../../src/admin/running-gateway.ts";
import { type AdminOptions, startAdmin } from "../../src/admin/start-admin.ts";
import { tempDir } from "../helpers/temp-dir.ts";
import { createFakeSource } from "./fake-source.ts";
import { ask, runAdmin } from "./running-admin.ts";

function options(port: AdminOptions["port"], stateDirectory = tempDir()): AdminOptions {
  return { source: createFakeSource(), port, stateDirectory, version: "1", config: "/c/gateway.config.yaml" };
}

function occupy(port: number, host = "127.0.0.1"): Promise<Server> {
  const server = createServer();
  onTestFinished(() => void server.close());
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen({ port, host }, () => resolve(server));
  });
}

describe("the admin port", () => {
  it("is off with `false`: nothing is bound, nothing is written", async () => {
    const given = options(false);
    expect(await startAdmin(given)).toBeUndefined();
    expect(existsSync(join(given.stateDirectory, RUNNING_FILE))).toBe(false);
  });

  it("refuses a port in use with GW0010, naming it and who has it", async () => {
    const { port } = (await occupy(0)).address() as AddressInfo;
    await expect(startAdmin(options(port))).rejects.toMatchObject({
      code: "GW0010",
      message: expect.stringMatching(new RegExp(`Port ${port} .*process ${process.pid}`)) as string,
    });
  });

  it("is another one where the port is taken on ::1 only, so that localhost means one thing", async () => {
    const server = await occupy(0, "::1").catch(() => undefined);
    // A machine without IPv6 has no second address that could be taken.
    if (server === undefined) return;
    await expect(startAdmin(options((server.address() as AddressInfo).port))).rejects.toMatchObject({ code: "GW0010" });
  });

  it("is the first free one from 9900 to 9919 if the config names none", async () => {
    const first = await startAdmin(options(undefined));
    const second = await startAdmin(options(undefined));
    onTestFinished(async () => {
      await first?.close();
      await second?.close();
    });
    expect(first?.port).toBeGreaterThanOrEqual(FIRST_ADMIN_PORT);
    expect(second?.port).toBeGreaterThan(first?.port ?? 0);
    expect(second?.port).toBeLessThanOrEqual(LAST_ADMIN_PORT);
  });

  it("listens on no address but loopback", async () => {
    const { admin } = await runAdmin();
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === "IPv4");
    for (const { address } of outside) {
      await expect(ask(admin.port, "/healthz", { host: address })).rejects.toMatchObject({ code: "ECONNREFUSED" });
    }
  });

  it("closes at once, even while a request is still being sent", async () => {
    const admin = await startAdmin(options(0));
    const socket = connect(admin?.port ?? 0, "127.0.0.1");
    const ended = new Promise<void>((resolve) => socket.on("error", () => {}).on("close", () => resolve()));
    await new Promise<void>((resolve) => socket.write("GET /api HTTP/1.1\r\nHost: ", () => resolve()));
    // An answer on another connection: by then the half request has been seen as well.
    await ask(admin?.port ?? 0, "/healthz");
    await admin?.close();
    await ended;
  });

  it("can be bound again after close, even if connections were open", async () => {
    const given = options(0);
    const first = await startAdmin(given);
    await fetch(`${first?.url}/healthz`);
    await first?.close();
    const second = await startAdmin({ ...given, port: first?.port });
    expect(second?.port).toBe(first?.port);
    await second?.close();
  });
});

describe("admin.json", () => {
  it("leads to the running gateway, is private, and goes with it", async () => {
    const given = options(0);
    const admin = await startAdmin(given);
    const path = join(given.stateDirectory, RUNNING_FILE);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await readRunningGateway(given.stateDirectory)).toMatchObject({
      url: admin?.url,
      pid: process.pid,
      startedAt: "2026-11-21T00:00:00.000Z",
      config: "/c/gateway.config.yaml",
      version: "1",
    });
    await admin?.close();
    expect(existsSync(path)).toBe(false);
  });

  it("is stale if its process is gone, or is another one with the same number", async () => {
    const { stateDirectory } = await runAdmin();
    const path = join(stateDirectory, RUNNING_FILE);
    const record = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
    const rewrite = (changes: object) => writeFileSync(path, JSON.stringify({ ...record, ...changes }));
    rewrite({ processStartedAt: "some-boot/1" });
    expect(await readRunningGateway(stateDirectory)).toBeUndefined();
    rewrite({ pid: 2 ** 22 + 1 });
    expect(await readRunningGateway(stateDirectory)).toBeUndefined();
    rewrite({});
    expect(await readRunningGateway(stateDirectory)).toBeDefined();
  });

  it.each(["", "{", "[]", '{"schemaVersion":2}', '{"schemaVersion":1,"url":"http://evil.example:1","pid":1}'])(
    "counts for nothing if it is %j",
    async (text) => {
      expect(await readRunningGateway(tempDir({ [RUNNING_FILE]: text }))).toBeUndefined();
    },
  );

  it("is left alone at close if another gateway has written its own", async () => {
    const stateDirectory = tempDir();
    const first = await startAdmin(options(0, stateDirectory));
    const second = await startAdmin(options(0, stateDirectory));
    await first?.close();
    expect(await readRunningGateway(stateDirectory)).toMatchObject({ url: second?.url });
    await second?.close();
  });
});

describe("the admin token", () => {
  it("is random, private, and the same the next time", () => {
    const folder = tempDir();
    const token = ensureAdminToken(folder);
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(statSync(join(folder, TOKEN_FILE)).mode & 0o777).toBe(0o600);
    expect(ensureAdminToken(folder)).toBe(token);
    expect(ensureAdminToken(tempDir())).not.toBe(token);
  });

  it("is made anew if others could have read it, or if it is no token", () => {
    const folder = tempDir();
    const token = ensureAdminToken(folder);
    chmodSync(join(folder, TOKEN_FILE), 0o644);
    expect(readAdminToken(folder)).toBeUndefined();
    const next = ensureAdminToken(folder);
    expect(next).not.toBe(token);
    writeFileSync(join(folder, TOKEN_FILE), "");
    expect(ensureAdminToken(folder)).not.toBe(next);
  });
});
