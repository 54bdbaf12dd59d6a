import { describe, expect, it } from "vitest";
import { hashApiKey } from "../../../src/shared/credentials.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { startGateway } from "../../helpers/gateway.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { ask, WIRES } from "../../helpers/wires.ts";
import { makeKey, signToken } from "../../policies/authenticate/tokens.ts";

const KEY = makeKey("ES256");
const ISSUER = "https://issuer.test";
const exp = Math.floor(Date.now() / 1000) + 600;
const bearer = (claims: object) => ({
  authorization: `Bearer ${signToken(KEY, { iss: ISSUER, sub: "alice", exp, ...claims })}`,
});

const METHODS = [
  { jwt: { issuer: ISSUER, jwks: "k.json", algorithms: ["ES256"], rolesClaim: "realm_access.roles" } },
  { apiKey: {} },
  { anonymous: true },
];

async function startAuthorizing(authorize: object) {
  const baseDirectory = tempDir({ "k.json": JSON.stringify({ keys: [KEY.jwk] }) });
  const endpoint = await startEndpoint();
  const raw = {
    services: { app: [endpoint.url] },
    consumers: [
      { name: "alice", roles: ["admin"], apiKeys: [hashApiKey("a")] },
      { name: "bob", roles: ["guest"], apiKeys: [hashApiKey("b")] },
    ],
    routes: [{ match: "/", service: "app", policies: { authenticate: METHODS, authorize } }],
  };
  return { endpoint, ...(await startGateway(raw, { baseDirectory })) };
}

const roles = (...names: string[]) => bearer({ realm_access: { roles: names } });

describe.each(WIRES)("authorize over %s", (wire) => {
  it.each<[what: string, authorize: object, headers: Record<string, string>, status: number]>([
    ["one of the roles", { roles: ["admin", "root"] }, roles("x", "admin"), 200],
    ["none of the roles", { roles: ["admin"] }, roles("adm", "admin2"), 403],
    ["no roles", { roles: ["admin"] }, bearer({}), 403],
    ["roles at another place of the token", { roles: ["admin"] }, bearer({ roles: ["admin"] }), 403],
    ["a role of the consumer", { roles: ["admin"] }, { "x-api-key": "a" }, 200],
    ["another consumer's role", { roles: ["admin"] }, { "x-api-key": "b" }, 403],
    [
      "a role that the client claims by itself",
      { roles: ["admin"] },
      { "x-api-key": "b", "x-consumer-roles": "admin" },
      403,
    ],
    ["all scopes", { scopes: ["a", "b"] }, bearer({ scope: "b c a" }), 200],
    ["all scopes, as a list", { scopes: ["a", "b"] }, bearer({ scp: ["a", "b"] }), 200],
    ["some of the scopes", { scopes: ["a", "b"] }, bearer({ scope: "a bb" }), 403],
    ["a consumer that is named", { consumers: ["alice"] }, { "x-api-key": "a" }, 200],
    ["another consumer", { consumers: ["alice"] }, { "x-api-key": "b" }, 403],
    ["a subject of a foreign issuer with a consumer's name", { consumers: ["alice"] }, bearer({}), 403],
    ["a claim", { claims: { plan: "gold", level: 2 } }, bearer({ plan: ["gold"], level: 2 }), 200],
    ["one claim of two", { claims: { plan: "gold", level: 2 } }, bearer({ plan: "gold", level: "2" }), 403],
    ["roles without scopes", { roles: ["admin"], scopes: ["a"] }, roles("admin"), 403],
    ["nobody", { roles: ["admin"] }, {}, 401],
  ])("lets pass or not: %s", async (_what, authorize, headers, status) => {
    const { port, endpoint } = await startAuthorizing(authorize);
    const reply = await ask(wire, port, { headers });
    expect(reply.status).toBe(status);
    expect(endpoint.requests).toHaveLength(status === 200 ? 1 : 0);
    if (status === 403) expect(JSON.parse(reply.text).code).toBe("GW0504");
  });

  it("says which scopes are needed", async () => {
    const { port } = await startAuthorizing({ scopes: ["orders:read", "orders:write"] });
    const { headers } = await ask(wire, port, { headers: bearer({ scope: "orders:read" }) });
    expect(headers["www-authenticate"]).toBe(
      'Bearer realm="gatewayctl", error="insufficient_scope", scope="orders:read orders:write"',
    );
    const nobody = await ask(wire, port);
    expect([nobody.status, JSON.parse(nobody.text).code]).toEqual([401, "GW0502"]);
    expect(nobody.headers["www-authenticate"]).toBe('Bearer realm="gatewayctl", ApiKey realm="gatewayctl"');
  });
});
