import { describe, expect, it } from "vitest";
import { hashApiKey, hashPassword } from "../../../src/shared/credentials.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { startGateway } from "../../helpers/gateway.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { ask, WIRES } from "../../helpers/wires.ts";
import { makeKey, signToken } from "../../policies/authenticate/tokens.ts";

const KEY = makeKey("ES256");
const ISSUER = "https://issuer.test";
const inAnHour = (): number => Math.floor(Date.now() / 1000) + 3600;

function tokenFor(claims: Record<string, unknown> = {}): string {
  return signToken(KEY, { iss: ISSUER, aud: "shop", sub: "alice", exp: inAnHour(), ...claims });
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const basicOf = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
});

/** A gateway whose one route authenticates by these methods; a `jwt` has its keys in a file. */
async function startAuthenticating(methods: readonly Record<string, unknown>[], raw: Record<string, unknown> = {}) {
  const baseDirectory = tempDir({ "keys.json": JSON.stringify({ keys: [KEY.jwk] }) });
  const endpoint = await startEndpoint();
  const config = {
    services: { app: [endpoint.url] },
    routes: [{ match: "/", service: "app", policies: { authenticate: methods } }],
    ...raw,
  };
  return { endpoint, ...(await startGateway(config, { baseDirectory })) };
}

const JWT = { jwt: { issuer: ISSUER, audience: "shop", jwks: "./keys.json", algorithms: ["ES256"] } };
const CONSUMERS = {
  consumers: [{ name: "mobile-app", roles: ["customer", "a,b"], apiKeys: [hashApiKey("k-123")] }],
};

describe.each(WIRES)("authenticate over %s", (wire) => {
  it("lets a token in, takes it out, and tells the endpoint who it is", async () => {
    const { port, endpoint, finished } = await startAuthenticating([JWT]);
    const token = tokenFor({ roles: ["admin"], scope: "a b", plan: "gold" });
    for (let i = 0; i < 2; i++) {
      const forged = { "x-consumer-id": "root", "x-consumer-roles": "root", X_Consumer_Id: "root" };
      expect((await ask(wire, port, { headers: { ...bearer(token), ...forged } })).status).toBe(200);
      const { headers } = endpoint.requests[i] as { headers: Record<string, string> };
      expect(headers["authorization"]).toBeUndefined();
      expect([headers["x-consumer-id"], headers["x-consumer-name"], headers["x-consumer-roles"]]).toEqual([
        "alice",
        undefined,
        "admin",
      ]);
      const claims = JSON.parse(Buffer.from(headers["x-consumer-claims"] ?? "", "base64url").toString());
      expect(claims).toMatchObject({ sub: "alice", plan: "gold" });
    }
    expect(finished).toHaveLength(2);
  });
});
