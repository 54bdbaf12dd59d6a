import { describe, expect, it } from "vitest";
import { createFakeSource, endpoint } from "../../admin/fake-source.ts";
import { runningFolder } from "../services/running.ts";

describe("gatewayctl enable", () => {
  it("takes a drain back, and prints the state", async () => {
    const { run, source } = await runningFolder();
    await run(["drain", "users", "4001"]);
    const { exitCode, stdout } = await run(["enable", "users", "4001"]);
    expect(exitCode).toBe(0);
    expect(source.calls).toEqual(["drain users http://localhost:4001", "enable users http://localhost:4001"]);
    expect(stdout).toBe("users · http://localhost:4001  healthy, weight 1\n");
  });

  it("does not claim that an endpoint is well that is down", async () => {
    const endpoints = [endpoint("http://a:1", { draining: true, health: "unhealthy", reason: "connection refused" })];
    const { run } = await runningFolder(
      createFakeSource([{ service: "users", algorithm: "random", mode: "normal", endpoints }]),
    );
    expect((await run(["enable", "users", "http://a:1"])).stdout).toBe("users · http://a:1  down, weight 1\n");
  });
});
