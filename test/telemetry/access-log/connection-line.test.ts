import { describe, expect, it } from "vitest";
import { createJsonConnection, createPrettyConnection } from "../../../src/telemetry/access-log/connection-line.ts";
import { connection } from "../connections.ts";

describe("JSON lines of connections", () => {
  it("always have the same keys, in the same order", () => {
    const write = createJsonConnection();
    expect(write(connection())).toBe(
      '{"time":"2026-11-21T12:03:07.000Z","requestId":"c-1","protocol":"tcp","port":6432,"serverName":null,' +
        '"service":"postgres","endpoint":"tcp://localhost:5432","attempts":1,"durationMs":1234.568,"outcome":"ok",' +
        '"code":null,"reason":null,"clientIp":"127.0.0.1","clientPort":50123,"requestBytes":100,"responseBytes":2000}\n',
    );
    const failed = connection({
      serviceName: undefined,
      endpointId: undefined,
      serverName: "a.test",
      outcome: "connect-failure",
      code: "GW0301",
      reason: 'said "no"\n',
    });
    const parsed: Record<string, unknown> = JSON.parse(write(failed));
    expect(Object.keys(parsed)).toEqual(Object.keys(JSON.parse(write(connection()))));
    expect(parsed).toMatchObject({
      service: null,
      endpoint: null,
      serverName: "a.test",
      code: "GW0301",
      reason: 'said "no"\n',
    });
  });
});

describe("pretty lines of connections", () => {
  const write = (changes: Parameters<typeof connection>[0] = {}, columns = 100): string =>
    createPrettyConnection({ color: false, columns })(connection(changes)).replace(/^\S+/, "TIME");

  it("say who came where, and how long it took", () => {
    expect(write()).toMatch(/^TIME {2}tcp {2}:6432 {3}127\.0\.0\.1 +→ postgres · localhost:5432 +1\.23 s\n$/);
    expect(write({ serverName: "pg.localhost" })).toContain(" pg.localhost ");
    expect(write({ protocol: "udp", port: 53 })).toMatch(/^TIME {2}udp {2}:53 /);
  });

  it.each([
    [{ attempts: 2 }, "2 tries"],
    [{ attempts: 3, outcome: "connect-failure", code: "GW0301" }, "3 tries GW0301"],
    [{ outcome: "cancelled" }, "cancelled"],
    [{ serviceName: undefined, endpointId: undefined, attempts: 0 }, "refused"],
  ] as const)("%j ends with a note: %s", (changes, note) => {
    expect(write(changes, 120)).toMatch(new RegExp(`  ${note}\n$`));
  });

  it("are no wider than the screen, and show nothing that a terminal acts on", () => {
    for (const columns of [40, 60, 80, 100, 200]) {
      const long = { serverName: "x".repeat(250), serviceName: "s".repeat(80), attempts: 3, code: "GW0301" } as const;
      expect(createPrettyConnection({ color: false, columns })(connection(long)).length).toBeLessThanOrEqual(
        columns + 1,
      );
    }
    expect(write({ serviceName: "a\u001b[31mb" })).not.toContain("\u001b");
  });
});
