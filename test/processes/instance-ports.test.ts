import { describe, expect, it } from "vitest";
import { instancePorts } from "../../src/processes/instance-ports.ts";
import { runSpec } from "./support.ts";

const plan = (instances: number, endpoints?: readonly string[]) => ({
  service: "users",
  run: runSpec("x", { instances }),
  endpoints,
  seed: "shop",
});

describe("instancePorts", () => {
  it("are free ones without endpoints, the same each time, and others for another service", async () => {
    const ports = await instancePorts(plan(3));
    expect(new Set(ports).size).toBe(3);
    expect(await instancePorts(plan(3))).toEqual(ports);
    expect(await instancePorts({ ...plan(3), service: "orders" })).not.toEqual(ports);
    expect(await instancePorts({ ...plan(1), taken: new Set(ports) })).not.toContain(ports[0]);
  });

  it("are those of the endpoints, in their order", async () => {
    const endpoints = ["http://localhost:4101", "http://127.0.0.1:4100", "http://[::1]:4103"];
    expect(await instancePorts(plan(3, endpoints))).toEqual([4101, 4100, 4103]);
    expect(await instancePorts(plan(2, endpoints))).toEqual([4101, 4100]);
  });

  it.each([
    ["fewer endpoints than instances", ["http://localhost:4101"], "run.instances is 2, and there are 1 endpoints"],
    ["an endpoint elsewhere", ["http://localhost:1", "http://api.test:4101"], "cannot start http://api.test:4101"],
    ["an endpoint without a port", ["http://localhost:1", "http://localhost"], "cannot start http://localhost"],
  ])("refuses %s", async (_, endpoints, message) => {
    await expect(instancePorts(plan(2, endpoints))).rejects.toThrow(message);
  });
});
