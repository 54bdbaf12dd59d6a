import { describe, expect, it } from "vitest";
import { hashApiKey } from "../../../src/shared/credentials.ts";
import { runCli } from "../../helpers/context.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

const CONFIG = `version: 1
services: { orders: [http://localhost:4001] }
consumers:
  - { name: app, roles: [customer], apiKeys: ["${hashApiKey("k")}"] }
routes:
  - name: gold
    match: { path: /orders, claims: { plan: gold } }
    service: orders
    policies: { authenticate: [{ jwt: { issuer: local, audience: shop } }] }
  - name: orders
    match: /orders
    service: orders
    policies:
      authenticate: [{ jwt: { issuer: local, audience: shop } }, { apiKey: {} }, { basic: {} }]
      authorize: { roles: [customer] }
`;

const options = () => ({ files: { "gateway.config.yaml": CONFIG }, env: { XDG_STATE_HOME: tempDir() } });

async function decide(headers: readonly string[], surroundings = options()) {
  const flags = headers.flatMap((header) => ["-H", header]);
  const { stdout, stderr } = await runCli(["route", "GET", "/orders", ...flags, "--json"], surroundings);
  expect(stderr).toBe("");
  const { route, outcome, status, policies } = JSON.parse(stdout);
  return { route, outcome, status, policies };
}

describe("route, of who is calling", () => {
  it("verifies tokens of the development issuer as live traffic does, claims of routes included", async () => {
    const surroundings = options();
    const bearer = async (flags: readonly string[]) => {
      const { stdout } = await runCli(["token", "--sub", "alice", "--aud", "shop", ...flags], surroundings);
      return [`authorization: Bearer ${stdout.trim()}`];
    };
    expect(await decide(await bearer(["--claim", "plan=gold"]), surroundings)).toMatchObject({
      route: "gold",
      outcome: "forward",
      policies: [{ name: "authenticate", verdict: "pass", reason: 'jwt lets subject "alice" in' }],
    });
    expect(await decide(await bearer(["--role", "customer"]), surroundings)).toMatchObject({
      route: "orders",
      outcome: "forward",
      policies: [{ verdict: "pass" }, { name: "authorize", verdict: "pass" }],
    });
    expect(await decide(await bearer(["--role", "guest"]), surroundings)).toMatchObject({
      route: "orders",
      outcome: "reject",
      status: 403,
      policies: [{ verdict: "pass" }, { verdict: "reject", reason: 'subject "alice" has none of the roles customer' }],
    });
  });

  it("says what the credentials come to", async () => {
    expect(await decide(["x-api-key: k"])).toMatchObject({ policies: [{ reason: "apiKey lets consumer app in" }, {}] });
    expect(await decide(["x-api-key: no"])).toMatchObject({
      status: 401,
      policies: [{ verdict: "reject", reason: "apiKey: the API key is not known" }],
    });
    expect(await decide([])).toMatchObject({
      status: 401,
      policies: [{ reason: "the request carries no credential that is taken" }],
    });
  });
});
