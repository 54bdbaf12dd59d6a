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
const MOBILE = { name: "mobile-app", roles: ["customer", "a,b"], apiKeys: [hashApiKey("k-123")] };

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

  it.each([
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "HS256",
    "HS384",
    "HS512",
  ])("takes %s, with kid and without", async (alg) => {
    const key = makeKey(alg);
    const jwt = { issuer: ISSUER, jwks: "k.json", algorithms: [alg] };
    const baseDirectory = tempDir({
      "k.json": JSON.stringify({ keys: [key.jwk, KEY.jwk].slice(0, alg === "ES256" ? 1 : 2) }),
    });
    const { port } = await startGateway(
      { services: {}, routes: [{ match: "/", respond: { status: 200 }, policies: { authenticate: [{ jwt }] } }] },
      { baseDirectory },
    );
    const claims = { iss: ISSUER, sub: "a", exp: inAnHour() };
    for (const header of [{ alg, kid: key.kid }, { alg }, { alg, typ: "at+JWT" }]) {
      const reply = await ask(wire, port, { headers: bearer(signToken(key, claims, header)) });
      expect([header, reply.status]).toEqual([header, 200]);
    }
  });

  it("takes credentials out, and leaves what stands beside them", async () => {
    const jwt = { ...JWT.jwt, from: ["header:authorization", "query:access_token", "cookie:token"] };
    const { port, endpoint } = await startAuthenticating(
      [{ jwt }, { apiKey: { from: ["header:x-api-key", "query:key"] } }],
      {
        consumers: [MOBILE],
      },
    );
    const token = tokenFor();
    const reply = await ask(wire, port, {
      path: `/p?a=1&access%5Ftoken=${token}&b=%20&key=k-123`,
      headers: { cookie: "a=1; token=old; b=2", "x-api-key": "k-999" },
    });
    // The API key is there twice, but the token has let the caller in before that was looked at.
    expect(reply.status).toBe(200);
    const { url, headers } = endpoint.requests[0] as { url: string; headers: Record<string, string> };
    expect([url, headers["cookie"], headers["x-api-key"]]).toEqual(["/p?a=1&b=%20", "a=1; b=2", undefined]);
    await ask(wire, port, { headers: { cookie: `token=${token}` } });
    expect(endpoint.requests[1]?.headers.cookie).toBeUndefined();
  });

  it("forwards a credential that is to go on, and no other", async () => {
    const forwarding = { jwt: { ...JWT.jwt, forward: true } };
    const { port, endpoint } = await startAuthenticating([forwarding, { apiKey: {} }], { consumers: [MOBILE] });
    const token = tokenFor();
    await ask(wire, port, { headers: { ...bearer(token), "x-api-key": "k-123" } });
    await ask(wire, port, { headers: { "x-api-key": "k-123" } });
    const seen = endpoint.requests.map(({ headers }) => [headers.authorization, headers["x-api-key"]]);
    expect(seen).toEqual([
      [`Bearer ${token}`, undefined],
      [undefined, undefined],
    ]);
  });

  it("tells names apart that a field cannot hold", async () => {
    const { port, endpoint } = await startAuthenticating([JWT]);
    const names = ["\u65e5", "\u672c", "?", "%E6%97%A5", " a", "a", "a\r\nx-consumer-roles: admin", "b,c"];
    for (const sub of names) await ask(wire, port, { headers: bearer(tokenFor({ sub, roles: [sub, "r"] })) });
    const seen = endpoint.requests.map(({ headers }) => headers["x-consumer-id"]);
    expect(seen).toEqual([
      "%E6%97%A5",
      "%E6%9C%AC",
      "?",
      "%25E6%2597%25A5",
      "%20a",
      "a",
      "a%0D%0Ax-consumer-roles: admin",
      "b,c",
    ]);
    expect(endpoint.requests.at(-1)?.headers["x-consumer-roles"]).toBe("b%2Cc,r");
  });

  it("knows consumers by key, from header, query and cookie", async () => {
    const from = ["header:x-api-key", "query:api_key", "cookie:key"];
    const { port, endpoint } = await startAuthenticating([{ apiKey: { from } }], { consumers: [MOBILE] });
    const statusOf = async (path: string, headers: Record<string, string>) =>
      (await ask(wire, port, { path, headers })).status;
    expect(await statusOf("/", { "x-api-key": "k-123" })).toBe(200);
    expect(await statusOf("/?api_key=k-123", {})).toBe(200);
    expect(await statusOf("/", { cookie: "key=k-123" })).toBe(200);
    for (const { url, headers } of endpoint.requests) {
      expect([url, headers["cookie"], headers["x-api-key"]]).toEqual(["/", undefined, undefined]);
      expect([headers["x-consumer-id"], headers["x-consumer-name"]]).toEqual(["mobile-app", "mobile-app"]);
      expect(headers["x-consumer-roles"]).toBe("customer,a%2Cb");
    }
    expect(await statusOf("/", { "x-api-key": "k-1234" })).toBe(401);
    expect(await statusOf("/", { "x-api-key": hashApiKey("k-123") })).toBe(401);
    expect(await statusOf("/?api_key=", {})).toBe(401);
    expect(await statusOf("/?api_key=k-123", { "x-api-key": "k-123" })).toBe(400);
    expect(await statusOf("/", {})).toBe(401);
    expect(endpoint.requests).toHaveLength(3);
  });

  it("asks one method after the other, and says how to come in", async () => {
    const { port } = await startAuthenticating([JWT, { apiKey: {} }, { basic: {} }], { consumers: [MOBILE] });
    const nothing = await ask(wire, port);
    const challenges = (reply: typeof nothing) => String(reply.headers["www-authenticate"]);
    expect([nothing.status, challenges(nothing)]).toEqual([
      401,
      'Bearer realm="gatewayctl", ApiKey realm="gatewayctl", Basic realm="gatewayctl", charset="UTF-8"',
    ]);
    const mended = await ask(wire, port, { headers: { ...bearer("bad"), "x-api-key": "k-123" } });
    expect(mended.status).toBe(200);
    const bad = await ask(wire, port, { headers: bearer("bad") });
    expect(challenges(bad)).toBe(
      'Bearer realm="gatewayctl", error="invalid_token", error_description="the token is not a JWT", ' +
        'ApiKey realm="gatewayctl", Basic realm="gatewayctl", charset="UTF-8"',
    );
  });

  it("lets in anonymously who carries no credential at all, and nobody else", async () => {
    const { port, endpoint } = await startAuthenticating([JWT, { apiKey: {} }, { anonymous: true }], {
      consumers: [MOBILE],
    });
    const statusOf = async (headers: Record<string, string>) => (await ask(wire, port, { headers })).status;
    expect(await statusOf({ "x-consumer-id": "root" })).toBe(200);
    expect(endpoint.requests[0]?.headers["x-consumer-id"]).toBeUndefined();
    expect(await statusOf(bearer(tokenFor({ exp: 1 })))).toBe(401);
    expect(await statusOf({ "x-api-key": "no" })).toBe(401);
    expect(await statusOf({ authorization: "Digest a=b" })).toBe(401);
    expect(await statusOf(bearer(tokenFor()))).toBe(200);
    expect(endpoint.requests[1]?.headers["x-consumer-id"]).toBe("alice");
  });

  it("checks passwords", async () => {
    const login = { username: "ops", password: await hashPassword("s3cret:\u00e9") };
    const { port, endpoint } = await startAuthenticating([{ basic: {} }], {
      consumers: [{ name: "operations", roles: ["admin"], basic: login }],
    });
    const statusOf = async (headers: Record<string, string>) => (await ask(wire, port, { headers })).status;
    for (let i = 0; i < 2; i++) expect(await statusOf(basicOf("ops", "s3cret:\u00e9"))).toBe(200);
    expect(await statusOf(basicOf("ops", "s3cret:e\u0301"))).toBe(200);
    expect(endpoint.requests[0]?.headers).toMatchObject({ "x-consumer-id": "operations", "x-consumer-roles": "admin" });
    expect(endpoint.requests[0]?.headers.authorization).toBeUndefined();
    const wrong = await ask(wire, port, { headers: basicOf("ops", "s3cret") });
    expect([wrong.status, wrong.headers["www-authenticate"]]).toEqual([
      401,
      'Basic realm="gatewayctl", charset="UTF-8"',
    ]);
    expect(await statusOf(basicOf("nobody", "s3cret:\u00e9"))).toBe(401);
    expect(await statusOf({ authorization: "Basic !!!" })).toBe(401);
    expect(await statusOf({ authorization: `Basic ${Buffer.from("ops").toString("base64")}` })).toBe(401);
    expect(endpoint.requests).toHaveLength(3);
  });
});
