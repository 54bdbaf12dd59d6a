import { describe, expect, it } from "vitest";
import { loadValue } from "../../../src/config/load.ts";

const service = { services: { a: "http://localhost:4001" } };

function findings(listeners: unknown, match: unknown = "/"): string[] {
  const { diagnostics } = loadValue({ version: 1, listeners, ...service, routes: [{ match, service: "a" }] });
  return diagnostics.map(({ code, severity, path }) => `${code} ${severity} ${path}`);
}

describe("redirect: https", () => {
  it("needs an https listener to lead to", () => {
    expect(findings([{ http: 8080, redirect: "https" }])).toEqual(["GW0111 error listeners[0].redirect"]);
    expect(findings([{ http: 8080, redirect: "https" }, { https: 8443 }])).toEqual([]);
    expect(findings([{ http: 8080 }])).toEqual([]);
  });

  it("is not blamed beside a listener that cannot be understood", () => {
    expect(findings([{ http: 8080, redirect: "https" }, { https: "x" }])).toEqual([
      expect.stringMatching(/^GW0103 error listeners\[1\]/),
    ]);
  });

  it.each([
    ["to http", "http"],
    ["to nowhere", ""],
    ["as a switch", true],
  ])("is not %s", (_what, redirect) => {
    expect(findings([{ http: 8080, redirect }, { https: 8443 }])[0]).toMatch(/^GW0103 error listeners\[0\]/);
  });

  it("is for http listeners only", () => {
    expect(findings([{ https: 8443, redirect: "https" }])[0]).toMatch(/^GW0102 error listeners\[0\]\.redirect/);
  });
});

describe("tls: auto", () => {
  const auto = [{ https: 8443 }];

  it.each([
    ["no host", "/"],
    ["localhost", { host: "localhost" }],
    ["a name below localhost", { host: "shop.localhost" }],
    ["a wildcard below localhost", { host: "*.shop.localhost" }],
    ["a name below test", { host: "shop.test" }],
    ["a loopback address", { host: "127.0.0.1" }],
    ["the IPv6 one", { host: "[::1]" }],
  ])("is good for %s", (_what, match) => expect(findings(auto, match)).toEqual([]));

  it.each([
    ["another name", { host: "shop.example" }, "GW0121 warning routes[0].match.host"],
    ["a wildcard of another", { host: "*.shop.example" }, "GW0121 warning routes[0].match.host"],
    ["another machine's address", { host: "10.0.0.1" }, "GW0121 warning routes[0].match.host"],
    ["one of a list", [{ host: "a.test" }, { host: "b.example" }], "GW0121 warning routes[0].match[1].host"],
  ])("is no help to %s", (_what, match, expected) => expect(findings(auto, match)).toEqual([expected]));

  it("is not what a listener without TLS, or with files, needs", () => {
    const match = { host: "shop.example" };
    expect(findings([{ http: 8080 }], match)).toEqual([]);
    const files = { https: 8443, tls: { cert: "a.pem", key: "a.key" } };
    expect(findings([files], match)).toEqual([]);
    expect(findings([{ https: 9443 }, files], match)).toEqual([]);
  });
});
