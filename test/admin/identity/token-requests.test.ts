import { describe, expect, it } from "vitest";
import { decode } from "../../identity/support.ts";
import { CALLBACK, type Idp, login, pkce, request, runIdp } from "./support.ts";

const { verifier, challenge } = pkce();
const SHOP = { route: "orders", audience: "shop", algorithms: ["RS256" as const], rolesClaim: "roles" };

async function codeForm(idp: Idp) {
  const { code } = await login(idp, request(challenge), "ops");
  return { grant_type: "authorization_code", code, redirect_uri: CALLBACK, client_id: "web", code_verifier: verifier };
}

const claimsIn = (token: unknown) => decode(String(token));

describe("tokens for a code", () => {
  it("are for who clicked: an access token for the config's audience, an ID token for the client", async () => {
    const idp = await runIdp({ jwts: [SHOP] });
    const { json } = await idp.post("/idp/token", await codeForm(idp));
    const access = claimsIn(json["access_token"]);
    expect(access.header).toMatchObject({ alg: "RS256", typ: "at+jwt" });
    expect(access.claims).toMatchObject({
      iss: "http://localhost:9900/idp",
      sub: "ops",
      aud: "shop",
      roles: ["admin", "auditor"],
      scope: "openid orders:read",
      client_id: "web",
    });
    const id = claimsIn(json["id_token"]);
    expect(id.claims).toMatchObject({ sub: "ops", aud: "web", nonce: "n-1", iss: "http://localhost:9900/idp" });
  });

  it("are without an ID token where nobody asked for openid", async () => {
    const idp = await runIdp();
    const { code } = await login(idp, request(challenge, { scope: undefined, audience: ["a", "b"] }));
    const form = { grant_type: "authorization_code", code, redirect_uri: CALLBACK, client_id: "web" };
    const { json } = await idp.post("/idp/token", { ...form, code_verifier: verifier });
    expect(json).not.toHaveProperty("id_token");
    expect(json).not.toHaveProperty("scope");
    expect(claimsIn(json["access_token"]).claims["aud"]).toEqual(["a", "b"]);
  });

  it("take the client from HTTP Basic, whose password is not looked at", async () => {
    const idp = await runIdp();
    const { client_id: _client, ...form } = await codeForm(idp);
    const authorization = `Basic ${Buffer.from("web:anything").toString("base64")}`;
    expect((await idp.post("/idp/token", form, { authorization })).status).toBe(200);
  });

  it.each([
    ["another verifier", { code_verifier: pkce().verifier }, "invalid_grant"],
    ["another client", { client_id: "other" }, "invalid_grant"],
    ["another address", { redirect_uri: `${CALLBACK}/` }, "invalid_grant"],
    ["another code", { code: "A".repeat(43) }, "invalid_grant"],
    ["no verifier", { code_verifier: undefined }, "invalid_request"],
    ["no client", { client_id: undefined }, "invalid_request"],
    ["a parameter twice", { code: ["a", "b"] }, "invalid_request"],
    ["another grant type", { grant_type: "password" }, "unsupported_grant_type"],
    ["no grant type", { grant_type: undefined }, "unsupported_grant_type"],
  ])("are not given for %s", async (_what, changes, error) => {
    const idp = await runIdp();
    const { status, json } = await idp.post("/idp/token", { ...(await codeForm(idp)), ...changes });
    expect([status, json["error"]]).toEqual([400, error]);
    expect(json).not.toHaveProperty("access_token");
  });

  it("are not given for a code older than a minute", async () => {
    const idp = await runIdp();
    const form = await codeForm(idp);
    idp.pass(60_000);
    expect((await idp.post("/idp/token", form)).json["error"]).toBe("invalid_grant");
  });

  it("are not given for two clients at once, JSON, or a query", async () => {
    const idp = await runIdp();
    const form = await codeForm(idp);
    const authorization = `Basic ${Buffer.from("other:").toString("base64")}`;
    expect((await idp.post("/idp/token", form, { authorization })).json["error"]).toBe("invalid_request");
    expect((await idp.post("/idp/token", form, { "content-type": "application/json" })).status).toBe(415);
    expect((await idp.get(`/idp/token?code=${form.code}`)).status).toBe(404);
  });
});

describe("client credentials", () => {
  const form = { grant_type: "client_credentials", client_id: "worker", client_secret: "x" };

  it("make any client a caller, with the audience and scopes that it asks for", async () => {
    const idp = await runIdp();
    const { status, json } = await idp.post("/idp/token", { ...form, audience: "shop", scope: "a b a" });
    expect(status).toBe(200);
    expect(json).not.toHaveProperty("id_token");
    const { claims } = claimsIn(json["access_token"]);
    expect(claims).toMatchObject({ sub: "worker", aud: "shop", scope: "a b", roles: [], client_id: "worker" });
  });

  it("give a consumer its roles, and the config's audience where none is asked for", async () => {
    const idp = await runIdp({ jwts: [SHOP] });
    const { json } = await idp.post("/idp/token", { ...form, client_id: "ops" });
    expect(claimsIn(json["access_token"]).claims).toMatchObject({ roles: ["admin", "auditor"], aud: "shop" });
    const other = await idp.post("/idp/token", { ...form, resource: ["http://a/", "http://b/"] });
    expect(claimsIn(other.json["access_token"]).claims["aud"]).toEqual(["http://a/", "http://b/"]);
  });

  it("are not for web pages, of whatever origin", async () => {
    const idp = await runIdp();
    const own = await idp.post("/idp/token", form, { origin: "http://localhost:8080" });
    expect([own.status, own.json["error"]]).toEqual([400, "unauthorized_client"]);
    const other = await idp.post("/idp/token", form, { origin: "http://evil.example" });
    expect([other.status, other.json["error"]]).toEqual([400, "invalid_request"]);
  });
});

describe("pages of the gateway's own origin", () => {
  it("may fetch tokens for their code, and read them; others may not", async () => {
    const idp = await runIdp();
    const own = await idp.post("/idp/token", await codeForm(idp), { origin: "http://localhost:8080" });
    expect(own.status).toBe(200);
    expect(own.headers).toMatchObject({ "access-control-allow-origin": "http://localhost:8080", vary: "origin" });
    for (const origin of ["http://evil.example", "http://localhost:8081", "null", "http://localhost:8080/"]) {
      const other = await idp.post("/idp/token", await codeForm(idp), { origin });
      expect([other.status, other.json["error"]], origin).toEqual([400, "invalid_request"]);
      expect(other.headers).not.toHaveProperty("access-control-allow-origin");
    }
  });

  it("may ask beforehand, and the rest of the admin API stays closed to them", async () => {
    const idp = await runIdp();
    const origin = "http://localhost:8080";
    const preflight = await idp.ask("/idp/userinfo", { method: "OPTIONS", headers: { origin } });
    expect(preflight.status).toBe(204);
    expect(preflight.headers["access-control-allow-headers"]).toBe("authorization, content-type");
    expect((await idp.get("/api/status", { origin })).headers).not.toHaveProperty("access-control-allow-origin");
  });
});
