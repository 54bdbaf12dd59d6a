import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { TOKEN_FILE } from "../../../src/admin/admin-token.ts";
import { configStateDirectory } from "../../../src/processes/state-directory.ts";
import { createFakeSource, endpoint } from "../../admin/fake-source.ts";
import { folder, runningFolder } from "../services/running.ts";

describe("gatewayctl drain", () => {
  it.each(["http://localhost:4001", "localhost:4001", "4001"])("drains the endpoint %s", async (word) => {
    const { run, source } = await runningFolder();
    const { exitCode, stdout } = await run(["drain", "users", word]);
    expect(exitCode).toBe(0);
    expect(source.calls).toEqual(["drain users http://localhost:4001"]);
    expect(stdout).toBe("users · http://localhost:4001  draining, weight 1, 3 still in flight\n");
  });

  it("prints the endpoint as JSON", async () => {
    const { run } = await runningFolder();
    const { stdout } = await run(["drain", "orders", "4011", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      service: "orders",
      endpoint: { id: "http://localhost:4011", draining: true, eligible: false },
    });
  });

  it("warns if no endpoint is left, unless it is to be quiet", async () => {
    const { run } = await runningFolder();
    expect((await run(["drain", "orders", "4011"])).stderr).toContain("no endpoint left");
    expect((await run(["drain", "orders", "4011", "--quiet"])).stderr).toBe("");
    expect((await run(["drain", "users", "4001"])).stderr).toBe("");
  });

  it.each([
    ["user", "4001", /There is no service "user"\. Did you mean "users"\?/],
    ["zzzzz", "4001", /There are users, orders\./],
    ["users", "4009", /has no endpoint "4009"\. Did you mean "http:\/\/localhost:400/],
    ["users", "01", /has no endpoint "01"/],
    ["users", "completely-else", /There are http:\/\/localhost:4001, /],
  ])("exits 1 for %s %s, with what may be meant", async (service, word, message) => {
    const { run, source } = await runningFolder();
    const { exitCode, stderr } = await run(["drain", service, word]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("GW0014");
    expect(stderr).toMatch(message);
    expect(source.calls).toEqual([]);
  });

  it("exits 64 where an ending means several endpoints", async () => {
    const endpoints = [endpoint("http://a.test:4001"), endpoint("http://b.test:4001")];
    const { run, source } = await runningFolder(
      createFakeSource([{ service: "users", algorithm: "random", mode: "normal", endpoints }]),
    );
    const { exitCode, stderr } = await run(["drain", "users", "4001"]);
    expect(exitCode).toBe(64);
    expect(stderr).toContain('"4001" may be http://a.test:4001, http://b.test:4001');
    expect(source.calls).toEqual([]);
    expect((await run(["drain", "users", "b.test:4001"])).exitCode).toBe(0);
  });

  it("exits 69 where no gateway runs", async () => {
    const { exitCode, stderr } = await folder().run(["drain", "users", "4001"]);
    expect(exitCode).toBe(69);
    expect(stderr).toContain("GW0011");
  });

  it("exits 1 if the token is not the gateway's", async () => {
    const { run, env, cwd, source } = await runningFolder();
    rmSync(join(configStateDirectory(env, join(cwd, "gateway.config.yaml")), TOKEN_FILE));
    const { exitCode, stderr } = await run(["drain", "users", "4001"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("GW0602");
    expect(source.calls).toEqual([]);
  });

  it("exits 64 without its arguments", async () => {
    expect((await folder().run(["drain", "users"])).exitCode).toBe(64);
  });
});
