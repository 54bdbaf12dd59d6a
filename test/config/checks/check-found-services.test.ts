import { describe, expect, it } from "vitest";
import { loadValue } from "../../../src/config/load.ts";

const FOUND = { endpoints: { dns: "a.internal", port: 1 } };

function found(service: object, listeners: readonly object[], routes: readonly object[] = []): string[] {
  const raw = { version: 1, listeners: [{ http: 0 }, ...listeners], services: { a: service }, routes };
  return loadValue(raw).diagnostics.map(({ code, path, message }) => `${code} ${path}: ${message}`);
}

describe("services whose endpoints are found", () => {
  it.each([
    ["routes", [], [{ match: "/", service: "a" }]],
    ["a listener for TCP", [{ tcp: 1, service: "a" }], []],
    ["a server name", [{ tcp: 1, sni: { "a.test": "a" } }], []],
    ["a listener for UDP", [{ udp: 1, service: "a" }], []],
  ])("may be led to by %s", (_, listeners, routes) => {
    expect(found(FOUND, listeners, routes)).toEqual([]);
  });

  it("are led to by one layer", () => {
    expect(found(FOUND, [{ tcp: 1, service: "a" }], [{ match: "/", service: "a" }])).toEqual([
      "GW0111 routes[0].service: service `a` is wanted for http here, and for tcp elsewhere",
    ]);
  });

  it("are checked as their layer can be", () => {
    const tcp = [{ tcp: 1, service: "a" }];
    expect(found({ ...FOUND, health: { tcp: true } }, tcp)).toEqual([]);
    expect(found({ ...FOUND, health: { path: "/up" } }, tcp)[0]).toContain("GW0111 services.a.health.path");
    expect(found({ ...FOUND, health: { tcp: true } }, [{ udp: 1, service: "a" }])[0]).toContain("GW0111");
  });
});
