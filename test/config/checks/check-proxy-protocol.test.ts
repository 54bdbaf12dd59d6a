import { describe, expect, it } from "vitest";
import { loadValue } from "../../../src/config/load.ts";

function found(listeners: readonly object[], trustedProxies?: readonly string[]): string[] {
  const config = {
    version: 1,
    listeners,
    services: { a: "http://localhost:4001" },
    routes: [{ match: "/", service: "a" }],
    ...(trustedProxies ? { trustedProxies } : {}),
  };
  return loadValue(config).diagnostics.map(({ code, severity, path }) => `${code} ${severity} ${path}`);
}

describe("a listener with proxyProtocol", () => {
  it("is refused where no proxy is trusted, for it would refuse everybody", () => {
    const listeners = [{ http: 8080 }, { http: 8081, proxyProtocol: true }, { https: 8443, proxyProtocol: true }];
    const expected = ["GW0124 error listeners[1].proxyProtocol", "GW0124 error listeners[2].proxyProtocol"];
    expect(found(listeners)).toEqual(expected);
    expect(found(listeners, [])).toEqual(expected);
  });

  it("is taken with one", () => {
    expect(found([{ http: 8081, proxyProtocol: true }], ["127.0.0.1"])).toEqual([]);
    expect(found([{ http: 8081, proxyProtocol: false }])).toEqual([]);
  });
});
