import { describe, expect, it } from "vitest";
import { loadValue } from "../../../src/config/load.ts";

const LOOPBACK = [{ http: 8080 }, { https: "[::1]:8443" }, { http: "localhost:8081" }, { http: "127.0.0.2:8082" }];

function findings(code: string, more: object, methods: readonly object[], global = false): string[] {
  const authenticate = { authenticate: methods };
  const { diagnostics } = loadValue({
    version: 1,
    listeners: LOOPBACK,
    services: { a: "http://localhost:4001" },
    policies: global ? authenticate : {},
    routes: [{ match: "/", service: "a", policies: global ? {} : authenticate }],
    ...more,
  });
  return diagnostics.filter((one) => one.code === code).map(({ severity, path }) => `${severity} ${path}`);
}

const PATH = "routes[0].policies.authenticate[0]";
const local = { jwt: { issuer: "local", audience: "shop" } };

describe("the development issuer", () => {
  it("is taken on loopback", () => {
    expect(findings("GW0129", {}, [local])).toEqual([]);
  });

  it.each(["0.0.0.0:8080", "*:8080", "[::]:8080", "192.168.1.7:8080"])("is refused on %s", (http) => {
    const wide = { listeners: [{ http: 8080 }, { http }] };
    expect(findings("GW0129", wide, [local])).toEqual([`error ${PATH}.jwt.issuer`]);
    expect(findings("GW0129", wide, [local], true)).toEqual(["error policies.authenticate[0].jwt.issuer"]);
    const keys = { jwt: { issuer: "https://id.example", audience: "shop", jwks: "local" } };
    expect(findings("GW0129", wide, [keys])).toEqual([`error ${PATH}.jwt.jwks`]);
    const login = { oidc: { issuer: "local", clientId: "gw" } };
    expect(findings("GW0129", wide, [{ basic: {} }, login])).toEqual([
      "error routes[0].policies.authenticate[1].oidc.issuer",
    ]);
    const other = { jwt: { issuer: "https://id.example", audience: "shop" } };
    expect(findings("GW0129", wide, [other])).toEqual([]);
  });

  it("needs the admin port for its login pages, and for nothing else", () => {
    const login = { oidc: { issuer: "local", clientId: "gw" } };
    expect(findings("GW0111", { admin: false }, [login])).toEqual([`error ${PATH}.oidc.issuer`]);
    expect(findings("GW0111", { admin: 9901 }, [login])).toEqual([]);
    expect(findings("GW0111", { admin: false }, [local])).toEqual([]);
  });
});

describe("a jwt without an audience", () => {
  it("is a warning, wherever it stands", () => {
    const jwt = { jwt: { issuer: "https://id.example" } };
    expect(findings("GW0127", {}, [jwt])).toEqual([`warning ${PATH}.jwt`]);
    expect(findings("GW0127", {}, [{ apiKey: {} }, jwt], true)).toEqual(["warning policies.authenticate[1].jwt"]);
    expect(findings("GW0127", {}, [local])).toEqual([]);
  });
});
