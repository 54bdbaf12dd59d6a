import { describe, expect, it } from "vitest";
import { loadValue } from "../../../src/config/load.ts";

/** Codes and paths found, without what is not supported yet. */
function found(config: object): string[] {
  return loadValue({ version: 1, ...config })
    .diagnostics.filter(({ code }) => ["GW0112", "GW0116", "GW0117"].includes(code))
    .map(({ code, path }) => `${code} ${path}`);
}

describe("ports taken twice", () => {
  it.each<[name: string, listeners: object[], expected: string[]]>([
    ["by two kinds of listener", [{ http: 80 }, { https: 80 }], ["GW0112 listeners[1].https"]],
    ["by TCP and UDP are two ports", [{ http: 80 }, { udp: 80, service: "a" }], []],
    ["on one address of two", [{ http: 80 }, { http: "[::1]:80" }], ["GW0112 listeners[1].http"]],
    ["on two addresses are two", [{ http: "127.0.0.1:80" }, { http: "127.0.0.2:80" }], []],
    [
      "on every address",
      [{ http: 80 }, { http: "0.0.0.0:80" }],
      ["GW0112 listeners[1].http", "GW0116 listeners[1].http"],
    ],
    [
      "on every IPv4 address and an IPv6 one are two",
      [{ http: "0.0.0.0:80" }, { http: "[::1]:80" }],
      ["GW0116 listeners[0].http"],
    ],
    ["where any free one is taken are two", [{ http: 0 }, { http: 0 }], []],
  ])("%s", (_name, listeners, expected) => {
    expect(found({ listeners })).toEqual(expected);
  });

  it("by the admin port", () => {
    expect(found({ admin: 8080 })).toEqual(["GW0112 admin"]);
    expect(found({ admin: false })).toEqual([]);
  });
});

describe("endpoints that lead back here", () => {
  const loops = (url: string, http: string | number = 8080, more: object = {}): boolean =>
    found({ listeners: [{ http }], services: { a: url }, ...more }).includes("GW0117 services.a");

  it.each<[url: string, http: string | number, isLoop: boolean]>([
    ["http://localhost:8080", 8080, true],
    ["http://LOCALHOST:8080", 8080, true],
    ["http://api.localhost:8080", 8080, true],
    ["http://127.0.0.1:8080", 8080, true],
    ["http://[::1]:8080", 8080, true],
    ["tcp://localhost:8080", 8080, true],
    ["http://localhost:8081", 8080, false],
    ["http://192.0.2.1:8080", 8080, false],
    ["http://example.com:8080", 8080, false],
    ["udp://localhost:8080", 8080, false],
    ["http://127.0.0.1:8080", "[::1]:8080", false],
    ["http://127.0.0.9:8080", "0.0.0.0:8080", true],
    ["http://[::1]:8080", "0.0.0.0:8080", false],
    ["http://[::1]:8080", "*:8080", true],
    ["http://192.0.2.1:8080", "192.0.2.1:8080", true],
  ])("%s with a listener on %s: %s", (url, http, isLoop) => {
    expect(loops(url, http)).toBe(isLoop);
  });

  it("by the admin port", () => {
    expect(loops("http://localhost:9900", 8080, { admin: 9900 })).toBe(true);
    expect(loops("http://localhost:9900", 8080)).toBe(false);
  });

  it("are pointed at where they are written", () => {
    const services = {
      b: ["http://a:1", "http://localhost:8080"],
      c: { endpoints: [{ url: "http://localhost:8080" }] },
    };
    expect(found({ services })).toEqual(["GW0117 services.b[1]", "GW0117 services.c.endpoints[0]"]);
  });
});
