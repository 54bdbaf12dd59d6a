import { describe, expect, it } from "vitest";
import { folder, runningFolder } from "../services/running.ts";

describe("gatewayctl weight", () => {
  it("sets a weight and prints the state", async () => {
    const { run, source } = await runningFolder();
    const { exitCode, stdout } = await run(["weight", "users", "4001", "5"]);
    expect(exitCode).toBe(0);
    expect(source.calls).toEqual(["weight users http://localhost:4001 5"]);
    expect(stdout).toBe("users · http://localhost:4001  healthy, weight 5\n");
  });

  it("takes 0, which stops new requests", async () => {
    const { run } = await runningFolder();
    const { stdout, stderr } = await run(["weight", "orders", "4011", "0"]);
    expect(stdout).toBe("orders · http://localhost:4011  weight 0\n");
    expect(stderr).toContain("no endpoint left");
  });

  it.each(["heavy", "1.5", "65536", "1e3", "0x10", ""])(
    "exits 64 for the weight %j, before anything is asked",
    async (value) => {
      const { exitCode, stderr } = await folder().run(["weight", "users", "4001", value]);
      expect(exitCode).toBe(64);
      expect(stderr).toContain("0 to 65535");
    },
  );
});
