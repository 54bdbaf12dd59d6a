import { createServer, type AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { settlePorts } from "../../../../src/cli/up/workers/settle-ports.ts";
import { loadValue } from "../../../../src/config/load.ts";

const settled = async (listeners: unknown[]) => {
  const { config } = loadValue({ version: 1, listeners, services: { a: "http://127.0.0.1:1" } });
  if (config === undefined) throw new Error("the config is not valid");
  return (await settlePorts(config)).listeners;
};

describe("ports of workers", () => {
  it("are drawn where the config leaves them open, one for all addresses, and can be bound", async () => {
    const [fixed, open] = await settled([{ http: 8080 }, { http: 0 }]);
    expect(fixed).toMatchObject({ port: 8080 });
    expect(open?.hosts).toEqual(["127.0.0.1", "::1"]);
    expect(open?.port).toBeGreaterThan(1_024);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(open?.port, "127.0.0.1", resolve));
    expect((server.address() as AddressInfo).port).toBe(open?.port);
    await new Promise((resolve) => server.close(resolve));
  });

  it("stay open where no address can be bound: binding it says why", async () => {
    const [listener] = await settled([{ http: "192.0.2.1:0" }]);
    expect(listener?.port).toBe(0);
  });
});
