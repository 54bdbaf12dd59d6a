import { describe, expect, it } from "vitest";
import { loadValue } from "../../../src/config/load.ts";

const SECRET = "hunter2-secret";
const PATH = "routes[0].policies.authenticate[0]";

function findings(method: object, more: object = {}): string[] {
  const { diagnostics } = loadValue(
    {
      version: 1,
      services: { a: "http://localhost:4001" },
      routes: [{ match: "/", service: "a", policies: { authenticate: [method] } }],
      ...more,
    },
    { SECRET },
  );
  expect(JSON.stringify(diagnostics)).not.toContain(SECRET);
  return diagnostics.filter(({ code }) => code === "GW0128").map(({ severity, path }) => `${severity} ${path}`);
}

const oauth2 = (clientSecret: string, introspection = "http://localhost:9000/x") => ({
  oauth2: { introspection, clientId: "gw", clientSecret },
});

describe("a secret in plain text", () => {
  it("is a client's secret that stands in the file", () => {
    expect(findings(oauth2(SECRET))).toEqual([`warning ${PATH}.oauth2.clientSecret`]);
    const oidc = { oidc: { issuer: "http://localhost:9000", clientId: "gw", clientSecret: SECRET } };
    expect(findings(oidc)).toEqual([`warning ${PATH}.oidc.clientSecret`]);
    expect(findings({ basic: {} }, { policies: { authenticate: [oauth2(SECRET)] } })).toEqual([
      "warning policies.authenticate[0].oauth2.clientSecret",
    ]);
  });

  it("is a password in a URL", () => {
    const url = `http://gw:${SECRET}@localhost:9000/x`;
    expect(findings(oauth2("${SECRET}", url))).toEqual([`warning ${PATH}.oauth2.introspection`]);
    expect(findings({ external: { url } })).toEqual([`warning ${PATH}.external.url`]);
    expect(findings({ basic: {} }, { state: `redis://:${SECRET}@localhost:6379` })).toEqual(["warning state"]);
  });

  it("is none that comes from the environment, in whole or in part", () => {
    expect(findings(oauth2("${SECRET}", "http://gw:${SECRET}@localhost:9000/x"))).toEqual([]);
    expect(findings({ basic: {} }, { state: "redis://:${SECRET}@localhost:6379" })).toEqual([]);
    expect(findings({ basic: {} }, { state: "redis://localhost:6379" })).toEqual([]);
  });

  it("is none of the environment's that only looks like it", () => {
    expect(findings(oauth2("$${NOT_READ}"))).toEqual([`warning ${PATH}.oauth2.clientSecret`]);
  });
});
