import { describe, expect, it } from "vitest";
import { loadValue } from "../../../src/config/load.ts";

function found(service: object, listener: object = { tcp: 6432, service: "a" }): string[] {
  const config = { version: 1, listeners: [listener], services: { a: service }, routes: [] };
  return loadValue(config).diagnostics.map(({ code, path }) => `${code} ${path}`);
}

const tcp = { endpoints: ["tcp://localhost:5432"] };
const udp = { endpoints: ["udp://localhost:5353"] };
const byUdp = { udp: 5300, service: "a" };

describe("keys of services of layer 4", () => {
  it.each([
    ["sticky", { sticky: { cookie: "c" } }],
    ["hedge", { hedge: { after: "p95" } }],
    ["http2", { http2: true }],
    ["tls", { tls: { verify: false } }],
    ["algorithm.key", { algorithm: { name: "maglev", key: "header:x-user" } }],
  ])("%s is refused, as it is of requests", (key, extra) => {
    expect(found({ ...tcp, ...extra })).toEqual([`GW0156 services.a.${key}`]);
    expect(found({ ...udp, ...extra }, byUdp)).toEqual([`GW0156 services.a.${key}`]);
  });

  it("proxyProtocol is for TCP alone", () => {
    expect(found({ ...tcp, proxyProtocol: "v2" })).toEqual([]);
    expect(found({ ...udp, proxyProtocol: "v2" }, byUdp)).toEqual(["GW0156 services.a.proxyProtocol"]);
  });

  it("are taken where they do something, or are switched off", () => {
    const all = {
      algorithm: { name: "maglev", key: "ip" },
      outlier: { consecutiveErrors: 3 },
      breaker: {},
      limits: { connections: 10 },
      slowStart: "5s",
      retry: { attempts: 1 },
      timeouts: { connect: "1s", tunnel: "5m" },
      sticky: false,
      hedge: false,
      http2: false,
    };
    expect(found({ ...tcp, ...all, health: { tcp: true } })).toEqual([]);
    expect(found({ ...udp, ...all }, byUdp)).toEqual([]);
  });
});

describe("server names", () => {
  const names = (sni: object) => found(tcp, { tcp: 6432, sni });

  it.each(["pg.localhost", "*.db.localhost", "*", "PG.localhost"])("may be %s", (name) => {
    expect(names({ [name]: "a" })).toEqual([]);
  });

  it.each(["pg.localhost:5432", "tcp://pg", "a.*.b", "pg.localhost.", "a b", "[::1]"])("may not be %s", (name) => {
    expect(names({ [name]: "a" }).length).toBeGreaterThan(0);
  });

  it("are not given twice", () => {
    expect(names({ "pg.localhost": "a", "PG.localhost": "a" }).length).toBeGreaterThan(0);
  });
});
