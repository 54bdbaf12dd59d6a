import { createServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { freePorts, isFree } from "../../src/processes/free-ports.ts";

describe("freePorts", () => {
  it("are different, below the range of outgoing connections, and the same for the same seed", async () => {
    const ports = await freePorts(5, "shop/users");
    expect(new Set(ports).size).toBe(5);
    expect(ports.every((port) => port >= 20_100 && port < 22_000)).toBe(true);
    expect(await freePorts(5, "shop/users")).toEqual(ports);
    expect(await freePorts(5, "shop/orders")).not.toEqual(ports);
  });

  it.each(["127.0.0.1", "::1", "0.0.0.0"])("pass over one that is taken on %s", async (host) => {
    const [first, second] = (await freePorts(2, `taken ${host}`)) as [number, number];
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(first, host, resolve));
    onTestFinished(() => void server.close());
    expect(await isFree(first)).toBe(false);
    expect((await freePorts(1, `taken ${host}`))[0]).toBe(second);
  });

  it("pass over those that are spoken for", async () => {
    const [first, second] = (await freePorts(2, "spoken for")) as [number, number];
    expect(await freePorts(1, "spoken for", new Set([first]))).toEqual([second]);
  });
});
