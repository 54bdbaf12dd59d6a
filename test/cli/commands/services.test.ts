import { describe, expect, it } from "vitest";
import { displayWidth } from "../../../src/cli/ui/display-width.ts";
import { createFakeSource, endpoint } from "../../admin/fake-source.ts";
import { folder, runningFolder } from "../services/running.ts";

function widest(text: string): number {
  return Math.max(...text.split("\n").map(displayWidth));
}

describe("gatewayctl services, while the gateway runs", () => {
  it("shows each endpoint's state, weight, requests, failures and latency", async () => {
    const { run } = await runningFolder();
    const { exitCode, stdout, stderr } = await run(["services"], { columns: 120 });
    expect(exitCode).toBe(0);
    expect(stderr).toBe("");
    const rows = stdout.split("\n").map((line) => line.split("│").map((cell) => cell.trim()));
    expect(rows).toContainEqual(
      expect.arrayContaining(["users", "http://localhost:4001", "● healthy", "1", "3", "12,345", "0", "3.2 ms"]),
    );
    expect(rows).toContainEqual(
      expect.arrayContaining(["least-conn", "http://localhost:4002", "● healthy", "3", "0", "37,000", "4", "–"]),
    );
    expect(stdout).toContain("down  users · http://localhost:4003 for 12 s: connection refused");
  });

  it.each([80, 120])("fits %i columns", async (columns) => {
    const { run } = await runningFolder();
    const { stdout } = await run(["services"], { columns });
    expect(widest(stdout)).toBeLessThanOrEqual(columns);
    expect(stdout).toContain("localhost:4001");
  });

  it("leaves out columns that say nothing", async () => {
    const endpoints = [endpoint("http://localhost:4001")];
    const { run } = await runningFolder(
      createFakeSource([{ service: "users", algorithm: "random", mode: "normal", endpoints }]),
    );
    const { stdout } = await run(["services"]);
    expect(stdout).not.toMatch(/weight|latency/);
  });

  it.each([
    ["drained", { draining: true, eligible: false }, "○ drained"],
    ["draining", { draining: true, eligible: false, inFlight: 2 }, "○ draining"],
    ["of weight 0", { weight: 0, eligible: false }, "○ weight 0"],
    ["a backup that waits", { backup: true, eligible: false }, "○ standby"],
    ["not known yet", { health: "unknown" as const }, "● not checked"],
    ["down, but used in panic", { health: "unhealthy" as const, reason: "HTTP 503" }, "● down"],
  ])("tells an endpoint that is %s", async (_what, changes, word) => {
    const endpoints = [endpoint("http://localhost:4001", changes), endpoint("http://localhost:4002")];
    const { run } = await runningFolder(
      createFakeSource([{ service: "users", algorithm: "random", mode: "normal", endpoints }]),
    );
    expect((await run(["services"])).stdout).toContain(word);
  });

  it.each([
    ["none", "no endpoint that may be used"],
    ["panic", "health is ignored"],
    ["backup", "runs on its backup endpoints"],
  ] as const)("explains the mode %s", async (mode, words) => {
    const { run } = await runningFolder(
      createFakeSource([{ service: "users", algorithm: "random", mode, endpoints: [endpoint("http://a:1")] }]),
    );
    expect((await run(["services"])).stdout).toContain(words);
  });

  it("says where workers do not agree on an endpoint or a mode", async () => {
    const endpoints = [
      endpoint("http://a:1"),
      {
        ...endpoint("http://a:2", { health: "unhealthy", reason: "refused" }),
        healthByInstance: { healthy: 2, unhealthy: 1 },
      },
    ];
    const views = { mode: "panic", modeByInstance: { normal: 2, panic: 1 } } as const;
    const { run } = await runningFolder(
      createFakeSource([{ service: "users", algorithm: "random", ...views, endpoints }]),
    );
    const { stdout } = await run(["services"]);
    expect(stdout).toMatch(/│ http:\/\/a:2 │ ● down for some │/);
    expect(stdout).toContain("users · http://a:2 for 12 s: refused (1 of 3 workers)");
    expect(stdout).toContain("so health is ignored (1 of 3 workers)");
  });

  it("shows a reason from outside without its control characters", async () => {
    const endpoints = [endpoint("http://a:1", { health: "unhealthy", eligible: false, reason: "\u001b[2Jgone" })];
    const { run } = await runningFolder(
      createFakeSource([{ service: "users", algorithm: "random", mode: "none", endpoints }]),
    );
    expect((await run(["services"])).stdout).not.toContain("\u001b");
  });

  it("prints the snapshots as JSON", async () => {
    const { run, source } = await runningFolder();
    const { stdout } = await run(["services", "--json"]);
    expect(JSON.parse(stdout)).toEqual({ schemaVersion: 1, running: true, services: source.list });
  });

  it("writes colours only where they are wanted", async () => {
    const { run } = await runningFolder();
    expect((await run(["services"], { color: true })).stdout).toContain("\u001b[32m● healthy");
    expect((await run(["services"], { color: false })).stdout).not.toContain("\u001b");
  });
});

describe("gatewayctl services, while no gateway runs", () => {
  it("shows what is configured, and says so", async () => {
    const { exitCode, stdout, stderr } = await folder().run(["services"]);
    expect(exitCode).toBe(0);
    const rows = stdout.split("\n").map((line) => line.split("│").map((cell) => cell.trim()));
    expect(rows).toContainEqual(["", "least-conn", "http://localhost:4002", "3", "", ""]);
    expect(rows).toContainEqual(["", "", "http://localhost:4003", "1", "backup", ""]);
    expect(stdout).toContain("2 instances, started by up");
    expect(stderr).toContain("not running");
    expect(widest(stdout)).toBeLessThanOrEqual(80);
  });

  it("prints it as JSON, and keeps quiet if told to", async () => {
    const { stdout, stderr } = await folder().run(["services", "--json", "--quiet"]);
    const json = JSON.parse(stdout) as { services: unknown[] };
    expect(json).toMatchObject({ schemaVersion: 1, running: false });
    expect(json.services[1]).toEqual({
      service: "orders",
      discovered: null,
      algorithm: "round-robin",
      endpoints: [{ id: "http://localhost:4011", weight: 1, backup: false, zone: null }],
      instances: 0,
    });
    expect(stderr).toBe("");
  });

  it("exits 65 for a config with errors, or without one", async () => {
    expect((await folder("version: 1\nservcies: {}\n").run(["services"])).exitCode).toBe(65);
    const { env } = folder();
    const { runCli } = await import("../../helpers/context.ts");
    const nothing = await runCli(["services"], { env });
    expect(nothing.exitCode).toBe(65);
    expect(nothing.stderr).toContain("GW0101");
  });
});
