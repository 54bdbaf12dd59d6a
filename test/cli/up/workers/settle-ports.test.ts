import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { hasOpenPorts, settlePorts } from "../../../../src/cli/up/workers/settle-ports.ts";
import { loadValue } from "../../../../src/config/load.ts";

const configOf = (...listeners: unknown[]) => {
  const { config } = loadValue({ version: 1, listeners, services: { a: "http://127.0.0.1:1" } });
  if (config === undefined) throw new Error("the config is not valid");
  return config;
};

describe("ports of workers", () => {
  it("are drawn where the config leaves them open, all different, and can be bound", async () => {
    const config = configOf({ http: 8080 }, { http: 0 }, { http: "127.0.0.1:0" });
    expect(hasOpenPorts(config)).toBe(true);
    const [fixed, both, one] = (await settlePorts(config, "seed")).listeners;
    expect(fixed).toMatchObject({ port: 8080 });
    expect([both?.hosts, one?.hosts]).toEqual([["127.0.0.1", "::1"], ["127.0.0.1"]]);
    expect(new Set([fixed?.port, both?.port, one?.port]).size).toBe(3);
    for (const port of [both?.port, one?.port]) {
      const server = createServer();
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, "127.0.0.1", resolve);
      });
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it("are what the config says where it says something", async () => {
    const config = configOf({ http: 8080 });
    expect(hasOpenPorts(config)).toBe(false);
    expect(await settlePorts(config, "seed")).toEqual(config);
  });
});
