import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RUNNING_FILE } from "../../../src/admin/running-gateway.ts";
import { startAdmin } from "../../../src/admin/start-admin.ts";
import { DEMO_CONFIG } from "../../../src/cli/admin-client.ts";
import { processIdentity } from "../../../src/processes/process-identity.ts";
import { configStateDirectory } from "../../../src/processes/state-directory.ts";
import { createFakeSource, endpoint } from "../../admin/fake-source.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { folder, runningFolder } from "../services/running.ts";

describe("gatewayctl status", () => {
  it("tells where it is, since when, and how requests fare, and exits 0", async () => {
    const { run } = await runningFolder();
    const { exitCode, stdout, stderr } = await run(["status"]);
    expect(exitCode).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^● gateway\.config\.yaml is up for 3 min 7 s {2}process \d+, version 0\.0\.0-test\n/);
    expect(stdout).toContain("listening  http://localhost:8080\n");
    expect(stdout).toMatch(/admin {6}http:\/\/127\.0\.0\.1:\d+\n/);
    expect(stdout).toContain("12,345 · 120.5/s over the last 10 s · 3 in flight · 12 connections\n");
    expect(stdout).toContain("errors     4 (0.03 %)\n");
    expect(stdout).toContain("latency    p50 1.2 ms · p99 8.4 ms\n");
    expect(stdout).toContain("down       users · http://localhost:4003 for 12 s: connection refused\n");
  });

  it("says so if nothing is down and nothing was asked", async () => {
    const source = createFakeSource([
      { service: "a", algorithm: "random", mode: "normal", endpoints: [endpoint("http://a:1")] },
    ]);
    const traffic = { requests: 0, errors: 0, requestsPerSecond: 0, p50Ms: null, p99Ms: null };
    const { run } = await runningFolder({ ...source, status: async () => ({ ...(await source.status()), traffic }) });
    const { stdout } = await run(["status"]);
    expect(stdout).toContain("none is known to be down");
    expect(stdout).toContain("no requests lately");
    expect(stdout).toContain("errors     none");
  });

  it("shows each worker and its share", async () => {
    const source = createFakeSource();
    const worker = { pid: 4_242, uptimeMs: 60_000, connections: 8, requestsInFlight: 1, requests: 3_086, errors: 0 };
    const other = { ...worker, pid: 4_243, connections: 1, requests: 9_259 };
    const workers = [
      { worker: 1, ...worker },
      { worker: 2, ...other },
    ];
    const { run } = await runningFolder({ ...source, status: async () => ({ ...(await source.status()), workers }) });
    const { stdout } = await run(["status"]);
    expect(stdout).toContain(
      "  workers    1 of 2  3,086 requests (25 %) · 8 connections  process 4242, up for 1 min 0 s\n",
    );
    expect(stdout).toContain(
      "             2 of 2  9,259 requests (75 %) · 1 connection  process 4243, up for 1 min 0 s\n",
    );
    expect((JSON.parse((await run(["status", "--json"])).stdout) as { workers: unknown }).workers).toEqual(workers);
    expect((await run(["services"])).stdout).toContain("2 workers: figures are the sum of all\n");
  });

  it("prints JSON", async () => {
    const { run } = await runningFolder();
    const { stdout } = await run(["status", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      running: true,
      admin: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
      pid: process.pid,
      traffic: { requests: 12_345, errors: 4 },
      unhealthy: [{ service: "users", endpoint: "http://localhost:4003" }],
    });
  });

  it("exits 69 where no gateway runs, in words and in JSON", async () => {
    const words = await folder().run(["status"]);
    expect([words.exitCode, words.stdout]).toEqual([69, "not running\n"]);
    expect(words.stderr).toContain("gatewayctl up");
    const json = await folder().run(["status", "--json", "--quiet"]);
    expect(json.exitCode).toBe(69);
    expect(JSON.parse(json.stdout)).toEqual({ schemaVersion: 1, running: false });
    expect(json.stderr).toBe("");
  });

  it("is not fooled by what a killed gateway left behind", async () => {
    const here = folder();
    const state = configStateDirectory(here.env, join(here.cwd, "gateway.config.yaml"));
    const other = await runningFolder();
    const record = JSON.parse(
      readFileSync(join(configStateDirectory(other.env, join(other.cwd, "gateway.config.yaml")), RUNNING_FILE), "utf8"),
    ) as { url: string };
    // The process is gone, and something else answers at its port.
    writeFileSync(join(state, RUNNING_FILE), JSON.stringify({ ...record, processStartedAt: "x/1" }));
    expect((await here.run(["status"])).exitCode).toBe(69);
    // The process lives, but nothing answers.
    writeFileSync(join(state, RUNNING_FILE), JSON.stringify({ ...record, url: "http://127.0.0.1:1" }));
    expect((await here.run(["status"])).exitCode).toBe(69);
    // The process lives, but the gateway that answers at its port is another one.
    const parent = await processIdentity(process.ppid);
    const stranger = { pid: process.ppid, processStartedAt: parent?.startedAt };
    writeFileSync(join(state, RUNNING_FILE), JSON.stringify({ ...record, ...stranger }));
    expect((await here.run(["status"])).exitCode).toBe(69);
  });

  it("does not run a config that is code", async () => {
    const { env, run } = folder();
    const cwd = tempDir({
      "gateway.config.mjs": 'import "node:fs"; globalThis.configHasRun = true; export default {};',
    });
    expect((await run(["status"], { cwd, env })).exitCode).toBe(69);
    expect((globalThis as { configHasRun?: boolean }).configHasRun).toBeUndefined();
  });

  it("works with a broken config: it only needs its name", async () => {
    const { cwd, run } = await runningFolder();
    writeFileSync(join(cwd, "gateway.config.yaml"), "version: [");
    expect((await run(["status"])).exitCode).toBe(0);
  });

  it("finds the config that --config names, from elsewhere", async () => {
    const { cwd, env, run } = await runningFolder();
    const elsewhere = { cwd: tempDir(), env };
    expect((await run(["status", "--config", join(cwd, "gateway.config.yaml")], elsewhere)).exitCode).toBe(0);
    expect((await run(["status", "--config", "nope.yaml"], elsewhere)).exitCode).toBe(65);
  });

  it("finds the demo from a folder without a config", async () => {
    const { run, env } = folder();
    const elsewhere = { cwd: tempDir(), env };
    expect((await run(["status"], elsewhere)).exitCode).toBe(65);
    const stateDirectory = configStateDirectory(env, DEMO_CONFIG);
    const source = createFakeSource();
    const admin = await startAdmin({ source, port: 0, stateDirectory, version: "1", config: DEMO_CONFIG });
    expect((await run(["status"], elsewhere)).exitCode).toBe(0);
    await admin?.close();
  });
});
