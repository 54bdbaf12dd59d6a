import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { createDecider } from "../../../src/gateway/decide.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { startGateway } from "../../helpers/gateway.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { ask } from "../../helpers/wires.ts";
import { makeKey, signToken, type TestKey } from "../../policies/authenticate/tokens.ts";

const exp = Math.floor(Date.now() / 1000) + 3600;
const [first, second] = [makeKey("ES256", "first"), makeKey("ES256", "second")];
const setOf = (...keys: TestKey[]) => JSON.stringify({ keys: keys.map(({ jwk }) => jwk) });

/** An issuer whose answers a test can change, and a gateway that believes it; its clock is the test's. */
async function startIssuer(discovery: boolean) {
  const state = { keys: setOf(first), status: 200, fetched: [] as string[], issuer: "", redirect: "" };
  const issuer = await startEndpoint((request: IncomingMessage, response: ServerResponse) => {
    state.fetched.push(request.url ?? "");
    if (state.redirect !== "") return void response.writeHead(302, { location: state.redirect }).end();
    response.statusCode = state.status;
    const metadata = { issuer: state.issuer, jwks_uri: `${issuer.url}/keys` };
    response.end(request.url === "/keys" ? state.keys : JSON.stringify(metadata));
  });
  state.issuer = issuer.url;
  const time = { now: 0 };
  const jwt = { issuer: issuer.url, algorithms: ["ES256"], ...(discovery ? {} : { jwks: `${issuer.url}/keys` }) };
  const routes = [{ match: "/", respond: { status: 200 }, policies: { authenticate: [{ jwt }] } }];
  const { port, gateway } = await startGateway({ services: {}, routes }, { clock: { now: () => time.now } });
  const tokenOf = (key: TestKey, sub = "a") => signToken(key, { iss: issuer.url, sub, exp });
  const send = (key: TestKey, sub?: string) =>
    ask("HTTP/1.1", port, { headers: { authorization: `Bearer ${tokenOf(key, sub)}` } });
  const statusOf = async (key: TestKey, sub?: string) => (await send(key, sub)).status;
  return { state, time, issuer, send, statusOf, gateway, tokenOf };
}

describe("keys of an issuer", () => {
  it("are found by discovery, and fetched once for many", async () => {
    const { statusOf, state } = await startIssuer(true);
    const all = await Promise.all(Array.from({ length: 10 }, (_, i) => statusOf(first, `s${i}`)));
    expect(all).toEqual(all.map(() => 200));
    expect(state.fetched).toEqual(["/.well-known/openid-configuration", "/keys"]);
  });

  it("are not taken from metadata of another issuer, nor from where a redirect leads", async () => {
    const other = await startIssuer(true);
    other.state.issuer = "https://other.test";
    const refused = await other.send(first);
    expect([refused.status, JSON.parse(refused.text).code]).toEqual([503, "GW0508"]);
    expect(refused.headers["retry-after"]).toBe("1");
    const moved = await startIssuer(false);
    const thief = await startEndpoint((_, response) => void response.end(setOf(second)));
    moved.state.redirect = `${thief.url}/keys`;
    expect(await moved.statusOf(second)).toBe(503);
    expect(thief.requests).toHaveLength(0);
  });

  it("are looked for again, once, when a token has an unknown one", async () => {
    const { statusOf, state, time } = await startIssuer(false);
    expect(await statusOf(first)).toBe(200);
    expect(await statusOf(second)).toBe(401);
    expect(state.fetched).toHaveLength(2);
    state.keys = setOf(second);
    expect(await statusOf(second)).toBe(401);
    expect(state.fetched).toHaveLength(2);
    time.now = 30_000;
    expect(await statusOf(second)).toBe(200);
    expect(state.fetched).toHaveLength(3);
    // A token that was verified and is remembered goes with its key.
    expect(await statusOf(first)).toBe(401);
  });

  it("stay in use while the issuer is down, and are renewed when it is back", async () => {
    const { statusOf, state, time } = await startIssuer(false);
    expect(await statusOf(first)).toBe(200);
    state.status = 500;
    for (const later of [11 * 60_000, 24 * 3_600_000, 48 * 3_600_000]) {
      time.now = later;
      expect(await statusOf(first, `at ${later}`)).toBe(200);
    }
    state.status = 200;
    state.keys = setOf(second);
    const laterStatus = (): Promise<number> => {
      time.now += 1_000;
      return statusOf(first);
    };
    await expect.poll(laterStatus).toBe(401);
    expect(await statusOf(second)).toBe(200);
  });

  it("are asked for in vain at most once a second", async () => {
    const { statusOf, state, time } = await startIssuer(false);
    state.status = 404;
    for (let i = 0; i < 5; i++) expect(await statusOf(first)).toBe(503);
    expect(state.fetched).toHaveLength(1);
    time.now = 1_000;
    state.status = 200;
    expect(await statusOf(first)).toBe(200);
  });

  it.each([
    ["no JSON", "<html>"],
    ["no JWK Set", '{"keys":{}}'],
    ["too long", JSON.stringify({ keys: [], fill: "x".repeat(600_000) })],
  ])("are not there if the answer is %s", async (_what, keys) => {
    const { statusOf, state } = await startIssuer(false);
    state.keys = keys;
    expect(await statusOf(first)).toBe(503);
  });

  it("are never symmetric ones that everybody can read", async () => {
    const secret = makeKey("HS256", "secret");
    const issuer = await startEndpoint((_, response) => void response.end(setOf(secret)));
    const jwt = { issuer: "https://i.test", jwks: `${issuer.url}/k`, algorithms: ["HS256"] };
    const routes = [{ match: "/", respond: { status: 200 }, policies: { authenticate: [{ jwt }] } }];
    const { port } = await startGateway({ services: {}, routes });
    const authorization = `Bearer ${signToken(secret, { iss: "https://i.test", exp })}`;
    expect((await ask("HTTP/1.1", port, { headers: { authorization } })).status).toBe(401);
  });

  it("are unknown to route until live traffic has fetched them", async () => {
    const { statusOf, state, gateway, tokenOf } = await startIssuer(false);
    const ofToken = (token: string) =>
      createDecider(gateway.runtime).decide({
        method: "GET",
        url: "/",
        headers: [["authorization", `Bearer ${token}`]],
      });
    expect(ofToken(tokenOf(first)).policies).toEqual([
      { name: "authenticate", verdict: "unknown", reason: "jwt: the issuer's keys have not been fetched yet" },
    ]);
    expect(ofToken("x.y.z").policies[0]?.verdict).toBe("reject");
    expect(state.fetched).toEqual([]);
    await statusOf(first);
    expect(ofToken(tokenOf(first)).policies).toMatchObject([{ verdict: "pass", reason: 'jwt lets subject "a" in' }]);
    expect(state.fetched).toHaveLength(1);
  });
});

describe("keys in a file", () => {
  const jwt = { issuer: "https://i.test", jwks: "keys.json", algorithms: ["ES256"] };
  const routes = [{ match: "/", respond: { status: 200 }, policies: { authenticate: [{ jwt }] } }];
  const headersOf = (key: TestKey) => ({
    authorization: `Bearer ${signToken(key, { iss: "https://i.test", sub: "a", exp })}`,
  });

  it("are taken up when it changes; what is no JWK Set changes nothing", async () => {
    const baseDirectory = tempDir({ "keys.json": setOf(first) });
    const time = { now: 0 };
    const { port } = await startGateway({ services: {}, routes }, { baseDirectory, clock: { now: () => time.now } });
    const statusOf = async (key: TestKey) => (await ask("HTTP/1.1", port, { headers: headersOf(key) })).status;
    expect(await statusOf(first)).toBe(200);
    writeFileSync(join(baseDirectory, "keys.json"), '{"keys":');
    time.now = 2_000;
    for (let i = 0; i < 3; i++) expect(await statusOf(first)).toBe(200);
    writeFileSync(join(baseDirectory, "keys.json"), setOf(second));
    time.now = 4_000;
    await expect.poll(() => statusOf(first)).toBe(401);
    expect(await statusOf(second)).toBe(200);
  });

  it("are 503 while the file is not there", async () => {
    const baseDirectory = tempDir();
    const { port } = await startGateway({ services: {}, routes }, { baseDirectory });
    const statusOf = async () => (await ask("HTTP/1.1", port, { headers: headersOf(first) })).status;
    expect(await statusOf()).toBe(503);
    writeFileSync(join(baseDirectory, "keys.json"), setOf(first));
    expect(await statusOf()).toBe(200);
  });
});

describe("the development issuer", () => {
  const routes = [
    {
      match: "/",
      respond: { status: 200 },
      policies: { authenticate: [{ jwt: { issuer: "local", algorithms: ["ES256"] } }] },
    },
    {
      match: "/app",
      respond: { status: 200 },
      policies: {
        authenticate: [{ jwt: { issuer: "local", algorithms: ["ES256"] } }],
        authorize: { consumers: ["app"] },
      },
    },
  ];
  const consumers = [{ name: "app" }];
  const headersOf = (sub: string) => ({
    authorization: `Bearer ${signToken(first, { iss: "urn:dev", sub, exp })}`,
  });

  it("is believed where it runs, and says who is a consumer", async () => {
    const jwks = [first.jwk];
    const localIssuer = { issuer: "urn:dev", jwks: () => jwks, url: () => undefined };
    const { port } = await startGateway({ services: {}, routes, consumers }, { localIssuer });
    expect((await ask("HTTP/1.1", port, { headers: headersOf("alice") })).status).toBe(200);
    expect((await ask("HTTP/1.1", port, { path: "/app", headers: headersOf("alice") })).status).toBe(403);
    expect((await ask("HTTP/1.1", port, { path: "/app", headers: headersOf("app") })).status).toBe(200);
  });

  it("is 503 with a clear word where it does not", async () => {
    const { port } = await startGateway({ services: {}, routes, consumers });
    const reply = await ask("HTTP/1.1", port, { headers: headersOf("alice") });
    expect([reply.status, JSON.parse(reply.text).detail]).toEqual([503, "The development issuer is not running."]);
    expect((await ask("HTTP/1.1", port)).status).toBe(401);
  });
});
