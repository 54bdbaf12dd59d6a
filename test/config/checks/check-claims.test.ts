import { describe, expect, it } from "vitest";
import { loadValue } from "../../../src/config/load.ts";

const jwt = { jwt: { issuer: "https://id.example", audience: "shop" } };

function findings(route: object, policies: object = {}): string[] {
  const { diagnostics } = loadValue({
    version: 1,
    services: { a: "http://localhost:4001" },
    policies,
    routes: [{ service: "a", ...route }],
  });
  return diagnostics.filter(({ code }) => code === "GW0132").map(({ severity, path }) => `${severity} ${path}`);
}

describe("match.claims", () => {
  const match = { path: "/a", claims: { plan: "gold" } };

  it("is never met where the route has no authenticate", () => {
    expect(findings({ match })).toEqual(["warning routes[0].match.claims"]);
    expect(findings({ match: ["/b", match] })).toEqual(["warning routes[0].match[1].claims"]);
    expect(findings({ match, policies: { authenticate: false } }, { authenticate: [jwt] })).toEqual([
      "warning routes[0].match.claims",
    ]);
  });

  it("is never met where callers have no claims", () => {
    const policies = { authenticate: [{ apiKey: {} }, { basic: {} }] };
    expect(findings({ match, policies })).toEqual(["warning routes[0].match.claims"]);
    expect(findings({ match }, policies)).toEqual(["warning routes[0].match.claims"]);
  });

  it.each([
    ["jwt", jwt],
    ["oauth2", { oauth2: { introspection: "https://id.example/introspect", clientId: "g", clientSecret: "s" } }],
    ["oidc", { oidc: { issuer: "https://id.example", clientId: "g" } }],
  ])("can be met with %s, of the route or of all", (_, method) => {
    const policies = { authenticate: [{ apiKey: {} }, method] };
    expect(findings({ match, policies })).toEqual([]);
    expect(findings({ match }, policies)).toEqual([]);
  });

  it("is not missed where it is not there", () => {
    expect(findings({ match: "/a" })).toEqual([]);
    expect(findings({ match: { path: "/a", claims: {} } })).toEqual([]);
  });
});
