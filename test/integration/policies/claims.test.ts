import { connect, constants } from "node:http2";
import { describe, expect, it, onTestFinished } from "vitest";
import { createDecider } from "../../../src/gateway/decide.ts";
import { hashApiKey } from "../../../src/shared/credentials.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { until } from "../../helpers/eventually.ts";
import { atRest, startGateway } from "../../helpers/gateway.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { ask, WIRES } from "../../helpers/wires.ts";
import { makeKey, signToken } from "../../policies/authenticate/tokens.ts";

const KEY = makeKey("EdDSA");
const ISSUER = "https://issuer.test";
const jwt = { jwt: { issuer: ISSUER, jwks: "./keys.json" } };
const tokenFor = (claims: object) =>
  signToken(KEY, { iss: ISSUER, sub: "alice", exp: Math.floor(Date.now() / 1000) + 600, ...claims });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function startClaims(routes: readonly object[], extra: object = {}) {
  const baseDirectory = tempDir({ "keys.json": JSON.stringify({ keys: [KEY.jwk] }) });
  const endpoint = await startEndpoint((request, response) => {
    response.end(JSON.stringify(request.headers));
  });
  const raw = { services: { app: [endpoint.url] }, routes, ...extra };
  return { endpoint, ...(await startGateway(raw, { baseDirectory })) };
}

const ROUTES = [
  {
    name: "gold",
    match: { path: "/a", claims: { plan: "gold" } },
    service: "app",
    policies: { authenticate: [jwt, { apiKey: {} }] },
  },
  { name: "all", match: "/a", service: "app" },
];
const CONSUMERS = { consumers: [{ name: "app", apiKeys: [hashApiKey("k")] }] };

describe.each(WIRES)("routing by claims over %s", (wire) => {
  it("goes by the claims of a verified token of that route, and by nothing else", async () => {
    const { port, finished } = await startClaims(ROUTES, CONSUMERS);
    const good = tokenFor({ plan: "gold" });
    const asked: [headers: Record<string, string>, route: string][] = [
      [bearer(good), "gold"],
      [bearer(good), "gold"],
      [{}, "all"],
      [bearer(tokenFor({ plan: "silver" })), "all"],
      [bearer(`${good.slice(0, -4)}AAAA`), "all"],
      [bearer(tokenFor({ plan: "gold", exp: 1 })), "all"],
      [{ "x-api-key": "k" }, "all"],
      [{ "x-consumer-claims": Buffer.from('{"plan":"gold"}').toString("base64url") }, "all"],
    ];
    for (const [headers] of asked) expect((await ask(wire, port, { path: "/a", headers })).status).toBe(200);
    expect(finished.map(({ routeName }) => routeName)).toEqual(asked.map(([, route]) => route));
  });

  it("passes on who it is, once, and takes the token out on the route that it opened alone", async () => {
    const { port } = await startClaims(ROUTES);
    const gold = bearer(tokenFor({ plan: "gold" }));
    for (let i = 0; i < 2; i++) {
      const seen = JSON.parse((await ask(wire, port, { path: "/a", headers: gold })).text);
      expect([seen["x-consumer-id"], seen["authorization"]]).toEqual(["alice", undefined]);
    }
    const silver = bearer(tokenFor({ plan: "silver" }));
    const seen = JSON.parse((await ask(wire, port, { path: "/a", headers: silver })).text);
    expect([seen["x-consumer-id"], seen["authorization"]]).toEqual([undefined, silver.authorization]);
  });

  it("is 404 where there is no other route, and never for a route without authenticate", async () => {
    const { port } = await startClaims([
      { match: { path: "/gold", claims: { plan: "gold" } }, service: "app", policies: { authenticate: [jwt] } },
      { match: { path: "/open", claims: { plan: "gold" } }, service: "app" },
    ]);
    const headers = bearer(tokenFor({ plan: "gold" }));
    expect((await ask(wire, port, { path: "/gold", headers })).status).toBe(200);
    expect((await ask(wire, port, { path: "/gold" })).status).toBe(404);
    expect((await ask(wire, port, { path: "/open", headers })).status).toBe(404);
  });

  it("asks a slow authenticate once", async () => {
    let fetches = 0;
    const issuer = await startEndpoint((_, response) => {
      fetches++;
      setTimeout(() => response.end(JSON.stringify({ keys: [KEY.jwk] })), 20);
    });
    const remote = { jwt: { issuer: ISSUER, jwks: `${issuer.url}/jwks.json` } };
    const { port, finished } = await startClaims([
      {
        name: "gold",
        match: { path: "/", claims: { plan: "gold" } },
        service: "app",
        policies: { authenticate: [remote] },
      },
      { name: "all", match: "/", service: "app" },
    ]);
    const headers = bearer(tokenFor({ plan: "gold" }));
    const replies = await Promise.all([1, 2, 3].map(() => ask(wire, port, { headers })));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(finished.map(({ routeName }) => routeName)).toEqual(["gold", "gold", "gold"]);
    expect(fetches).toBe(1);
  });

  it("tells the authenticate that it asks when the client leaves, so that nobody is asked for it any more", async () => {
    let asked = 0;
    let left = 0;
    const auth = await startEndpoint((_, response) => {
      asked++;
      response.once("close", () => left++);
    });
    const authenticate = [{ external: { url: auth.url } }, jwt];
    const { port, gateway, finished } = await startClaims([
      { match: { path: "/", claims: { plan: "gold" } }, service: "app", policies: { authenticate } },
      { name: "all", match: "/", service: "app" },
    ]);
    const leave = await (wire === "HTTP/2" ? beginHttp2(port) : beginHttp1(port));
    await until(() => asked === 1);
    leave();
    // The auth service has 5 s to answer: this must come before.
    await until(() => left === 1, "the auth service is still being asked", 4_500);
    await until(() => atRest(gateway));
    expect(finished.map(({ routeName }) => routeName)).toEqual([undefined]);
  });
});

/** Sends a request that it does not wait for; gives what leaves. */
async function beginHttp1(port: number): Promise<() => void> {
  const { socket, send } = await connectWire(port);
  send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
  return () => socket.resetAndDestroy();
}

async function beginHttp2(port: number): Promise<() => void> {
  const session = connect(`http://127.0.0.1:${port}`);
  onTestFinished(() => session.destroy());
  const stream = session.request({ ":path": "/" });
  stream.on("error", () => {});
  return () => stream.close(constants.NGHTTP2_CANCEL);
}

describe("route, of claims", () => {
  it("decides as live traffic does, and says why", async () => {
    const { gateway } = await startClaims(ROUTES);
    const { decide } = createDecider(gateway.runtime);
    const headersOf = (token: string) => [["authorization", `Bearer ${token}`]] as const;
    const gold = decide({ method: "GET", url: "/a", headers: headersOf(tokenFor({ plan: "gold" })) });
    expect([gold.route, gold.policies]).toMatchObject(["gold", [{ name: "authenticate", verdict: "pass" }]]);
    const expired = decide({ method: "GET", url: "/a", headers: headersOf(tokenFor({ plan: "gold", exp: 1 })) });
    expect(expired.route).toBe("all");
    expect(expired.considered[0]?.reason).toBe(
      "claims are not known: no token was verified for this route (jwt: the token has expired)",
    );
  });

  it("hashes by claim and consumer", async () => {
    const endpoints = ["http://localhost:1", "http://localhost:2", "http://localhost:3", "http://localhost:4"];
    const { gateway } = await startClaims([{ match: "/", service: "hashed", policies: { authenticate: [jwt] } }], {
      services: { hashed: { endpoints, algorithm: { name: "maglev", key: "claim:tenant" } } },
    });
    const { decide } = createDecider(gateway.runtime);
    const endpointOf = (tenant: string, ip: string) => {
      const headers = [["authorization", `Bearer ${tokenFor({ tenant })}`]] as const;
      return decide({ method: "GET", url: "/", headers, ip }).endpoint;
    };
    const ips = Array.from({ length: 10 }, (_, i) => `10.0.0.${i}`);
    expect(new Set(ips.map((ip) => endpointOf("a", ip))).size).toBe(1);
    // 20 tenants on 4 endpoints: that all share one has the chance 4^-19.
    expect(new Set(ips.flatMap((ip) => [endpointOf(ip, ip), endpointOf(`t${ip}`, ip)])).size).toBeGreaterThan(1);
  });
});
